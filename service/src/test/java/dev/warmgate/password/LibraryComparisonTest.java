package dev.warmgate.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibraryComparisonTest {
  private final List<String> progress = new ArrayList<>();

  @TempDir private Path directory;

  @Test
  void measuresBothLibrariesWithHugePagesAndWithout() throws Exception {
    LibraryComparison.Result result =
        measure("[always] madvise never", HashingLibraryTest.installed().toString());

    assertThat(result.transparentHugePages()).isEqualTo("always");
    assertThat(result.rows())
        .extracting(LibraryComparison.Row::hugePages)
        .containsExactly(false, true, false, true);
    assertThat(result.rows())
        .extracting(LibraryComparison.Row::library)
        .containsExactly(
            "libsodium",
            "libsodium",
            HashingLibraryTest.installed().toString(),
            HashingLibraryTest.installed().toString());
    assertThat(result.rows().getFirst().worth()).isEqualTo(1);
    assertThat(result.rows()).allMatch(row -> row.hashesPerSecond() > 0 && row.worth() > 0);
    assertThat(result.notes()).isEmpty();
    assertThat(progress).contains("comparing libraries, round 5 of 5");
  }

  @Test
  void saysWhatItCouldNotMeasure() throws Exception {
    LibraryComparison.Result advised = measure("always [madvise] never", "");

    assertThat(advised.rows()).hasSize(1);
    assertThat(advised.notes())
        .anyMatch(note -> note.contains("to it was not measured"))
        .anyMatch(note -> note.contains("scripts/fast-hashing.sh builds one"));

    LibraryComparison.Result refused = measure("always madvise [never]", "/nowhere/libargon2.so");
    assertThat(refused.rows()).hasSize(1);
    assertThat(refused.notes()).anyMatch(note -> note.contains("/nowhere/libargon2.so"));
  }

  @Test
  void measuresLibargon2WithoutHugePagesIfThereAreNone() throws Exception {
    LibraryComparison.Result result =
        measure("always madvise [never]", HashingLibraryTest.installed().toString());

    assertThat(result.rows())
        .extracting(LibraryComparison.Row::hugePages)
        .containsExactly(false, false);
    assertThat(result.notes()).anyMatch(note -> note.contains("to libargon2 was not measured"));
  }

  @Test
  void takesAMissingOrStrangeSettingForNoHugePages() throws Exception {
    assertThat(HugePages.of(directory.resolve("missing"))).isEqualTo(HugePages.NEVER);
    assertThat(HugePages.of(setting("always"))).isEqualTo(HugePages.NEVER);
    assertThat(HugePages.of(setting("always [madvise] never"))).isEqualTo(HugePages.MADVISE);
  }

  @Test
  void hashesAgainAfterItsMemoryWasFreed() {
    Argon2id argon2 = new Libargon2(HashingLibraryTest.installed(), 7168, true);
    String before = argon2.hash(new byte[] {1}, 5, 7168);
    argon2.freeMemory();
    argon2.freeMemory();

    assertThat(argon2.matches(before, new byte[] {1})).isTrue();
  }

  private LibraryComparison.Result measure(String kernel, String library) throws IOException {
    return new LibraryComparison(1, Duration.ZERO, setting(kernel), progress::add).measure(library);
  }

  private Path setting(String text) throws IOException {
    return Files.writeString(directory.resolve("enabled"), text + "\n");
  }
}
