package dev.warmgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ValidateCommandTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "validate",
        "validate --url",
        "validate --url ftp://host",
        "validate --url host",
        "validate --url http://",
        "validate --url http://user:secret@host",
        "validate --url http://host?token=secret",
        "validate --url http://host --timeout 0",
        "validate --url http://host --timeout soon",
        "validate --url http://host --service-key wg_sk_secret",
        "validate --url http://host --service-key=wg_sk_secret",
        "validate --url http://host --service-key-file no/such/file",
        "validate --url http://host --unknown"
      })
  void refusesWrongUsageWithStatus64(String arguments) {
    CommandRun ended = CommandRun.validate(arguments.split(" "));

    assertThat(ended.status()).isEqualTo(64);
    assertThat(ended.err()).isNotBlank().doesNotContain("secret", "Exception", "\tat ");
  }

  @Test
  void exitsWithStatus0ForHelp() {
    assertThat(CommandRun.validate("validate", "--help").status()).isZero();
  }

  @Test
  void takesTheKeyFromAFileThatOthersCannotRead() throws IOException {
    Path file = Files.writeString(directory.resolve("key"), "wg_sk_schlüssel\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertThat(withKeyIn(file).err()).contains("characters that no key has");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(withKeyIn(file).err()).contains("--service-key-file", "chmod o-rw");
  }

  @Test
  void namesTheOptionOfAFileWithoutAKey() throws IOException {
    Path empty = Files.writeString(directory.resolve("empty"), " \n");
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-------"));
    for (Path file : new Path[] {Path.of(""), directory, empty}) {
      String error = withKeyIn(file).err();
      assertThat(error)
          .startsWith("warmgate validate: --service-key-file names ")
          .doesNotContain("chmod");
      assertThat(error.lines()).hasSize(1);
    }
  }

  private static CommandRun withKeyIn(Path file) {
    CommandRun ended =
        CommandRun.validate("validate", "--url", "http://h", "--service-key-file", file.toString());
    assertThat(ended.status()).isEqualTo(64);
    assertThat(ended.err()).doesNotContain("schl");
    return ended;
  }
}
