package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HashingLibraryTest {
  private static final HashingConfiguration CONFIGURATION = HashingConfiguration.defaults();
  private static final byte[] SECRET = "seven quiet lanterns".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;

  @Test
  void isLibsodiumIfNothingIsSet() {
    HashingLibrary library = HashingLibrary.choose("", CONFIGURATION);

    assertThat(library.isWanted()).isTrue();
    assertThat(library.argon2()).isInstanceOf(Libsodium.class);
  }

  @Test
  void isTheOperatorsIfItComputesWhatLibsodiumDoes() {
    HashingLibrary library = HashingLibrary.choose(installed().toString(), CONFIGURATION);

    assertThat(library.detail()).isEqualTo(installed().toString());
    String hash = library.argon2().hash(SECRET, 2, CONFIGURATION.memoryKib());
    assertThat(library.argon2().matches(hash, SECRET)).isTrue();
    assertThat(new Libsodium().matches(hash, SECRET)).isTrue();
    assertThat(library.argon2().matches(hash, new byte[] {1})).isFalse();
    assertThat(library.argon2().matches("$argon2id$v=19$m=1,t=1,p=1$AAAAAAAAAAA$AAAAAA", SECRET))
        .isFalse();
    assertThat(library.argon2().matches("nothing", SECRET)).isFalse();
  }

  @Test
  void isLibsodiumIfOthersCanReplaceTheFile() throws Exception {
    Path copy = Files.copy(installed(), directory.resolve("libargon2.so"));
    assertThat(HashingLibrary.choose(copy.toString(), CONFIGURATION).isWanted()).isTrue();

    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxrwxr-x"));
    assertThat(whyNot(copy.toString())).contains(copy.toString(), "nobody else may write");
  }

  @Test
  void isLibsodiumIfTheFileIsNoSuchLibrary() {
    assertThat(whyNot("libargon2.so.1")).contains("must be an absolute path");
    assertThat(whyNot("/nowhere/libargon2.so")).contains("/nowhere/libargon2.so");
    assertThat(whyNot("/bin/sh")).contains("/bin/sh");
    assertThat(whyNot("/bin")).contains("/bin");
    assertThat(whyNot("/\0")).isNotBlank();
    Path other = Path.of("/lib/x86_64-linux-gnu/libc.so.6");
    if (Files.exists(other)) {
      assertThat(whyNot(other.toString())).contains("argon2id_ctx");
    }
  }

  private static String whyNot(String path) {
    HashingLibrary library = HashingLibrary.choose(path, CONFIGURATION);
    assertThat(library.isWanted()).isFalse();
    assertThat(library.argon2()).isInstanceOf(Libsodium.class);
    assertThat(library.detail()).startsWith("libsodium, because ");
    return library.detail();
  }

  /**
   * Returns the distribution's library, which most machines have: their disk encryption uses it.
   */
  static Path installed() {
    Path found =
        Stream.of("x86_64-linux-gnu", "aarch64-linux-gnu")
            .map(machine -> Path.of("/usr/lib", machine, "libargon2.so.1"))
            .filter(Files::exists)
            .findFirst()
            .orElse(Path.of("/"));
    assumeTrue(Files.isRegularFile(found), "libargon2 is not installed");
    return found;
  }
}
