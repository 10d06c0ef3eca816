package dev.warmgate.password;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which memory gets transparent huge pages on this machine: all, only that for which a program asks
 * ({@code madvise}), or none; none where the kernel does not tell.
 */
enum HugePages {
  ALWAYS,
  MADVISE,
  NEVER;

  static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final Pattern CHOSEN = Pattern.compile("\\[(always|madvise|never)]");

  /** Linux' number of the option of {@code prctl} that takes huge pages from a process. */
  private static final int DISABLE = 41;

  /** Reads the kernel's setting, in which brackets mark what holds. */
  static HugePages of(Path setting) {
    try {
      Matcher chosen = CHOSEN.matcher(Files.readString(setting));
      return chosen.find() ? valueOf(chosen.group(1).toUpperCase(Locale.ROOT)) : NEVER;
    } catch (IOException noSuchSetting) {
      return NEVER;
    }
  }

  /**
   * Lets memory that this process takes from now on have huge pages, which is the default, or not.
   *
   * @return whether the kernel agreed
   */
  @SuppressWarnings("restricted")
  static boolean allow(boolean allowed) {
    Linker linker = Linker.nativeLinker();
    try {
      MethodHandle prctl =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("prctl"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
              Linker.Option.firstVariadicArg(1));
      return (int) prctl.invokeExact(DISABLE, allowed ? 0L : 1L, 0L, 0L, 0L) == 0;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
