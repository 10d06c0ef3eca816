package dev.warmgate.password;

import dev.warmgate.secret.Crypto;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Chooses the library that hashes: the operator's, if nobody else can replace it and it computes
 * what libsodium computes, else libsodium.
 *
 * @param detail which one it is and, if it is not the one that the operator names, why
 */
record HashingLibrary(Argon2id argon2, boolean isWanted, String detail) {
  private static final int WRITABLE_BY_OTHERS = 0022;
  private static final int STICKY_DIRECTORY = 01000;
  private static final int RANDOM_CASES = 8;

  /** From the tests of Argon2's reference implementation; the salt is "somesalt". */
  private static final Map<String, String> VECTORS =
      Map.of(
          "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
          "password",
          "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
          "password");

  /** Thrown if the operator's library is not used. */
  private static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String why) {
      super(why);
    }
  }

  /**
   * @param path of the operator's library, empty for libsodium
   */
  static HashingLibrary choose(String path, HashingConfiguration configuration) {
    Argon2id libsodium = new Libsodium();
    if (path.isEmpty()) {
      return new HashingLibrary(libsodium, true, "libsodium");
    }
    try {
      Path library = Path.of(path);
      requireUnreplaceable(library);
      Argon2id wanted = new Libargon2(library, configuration.memoryKib(), true);
      requireVectors(wanted);
      requireAgreement(wanted, libsodium, HashingConfiguration.LEAST_MEMORY_KIB, RANDOM_CASES);
      requireAgreement(wanted, libsodium, configuration.memoryKib(), 1);
      return new HashingLibrary(wanted, true, path);
    } catch (Unusable | IOException | RuntimeException | LinkageError e) {
      return new HashingLibrary(libsodium, false, "libsodium, because " + e.getMessage());
    }
  }

  /** Others could put a library of theirs in its place, whose code would see every password. */
  private static void requireUnreplaceable(Path library) throws Unusable, IOException {
    if (!library.isAbsolute()) {
      throw new Unusable("HASHING_LIBRARY must be an absolute path: " + library);
    }
    Path real = library.toRealPath();
    if (!Files.isRegularFile(real)) {
      throw new Unusable(library + " is no file");
    }
    String self = Files.getOwner(Path.of("/proc/self")).getName();
    for (Path part = real; part != null; part = part.getParent()) {
      int mode = (int) Files.getAttribute(part, "unix:mode");
      String owner = Files.getOwner(part).getName();
      // In a sticky directory, such as /tmp, others cannot replace what is not theirs.
      boolean isWritable = (mode & WRITABLE_BY_OTHERS) != 0 && (mode & STICKY_DIRECTORY) == 0;
      if (isWritable || !(owner.equals("root") || owner.equals(self))) {
        throw new Unusable(
            "%s must belong to root or to this process's user, and nobody else may write to it"
                .formatted(part));
      }
    }
  }

  private static void requireVectors(Argon2id wanted) throws Unusable {
    for (Map.Entry<String, String> vector : VECTORS.entrySet()) {
      if (!wanted.matches(vector.getKey(), vector.getValue().getBytes(StandardCharsets.UTF_8))) {
        throw new Unusable("the library of HASHING_LIBRARY fails a test vector of Argon2");
      }
    }
  }

  private static void requireAgreement(
      Argon2id wanted, Argon2id libsodium, int memoryKib, int cases) throws Unusable {
    for (int i = 0; i < cases; i++) {
      byte[] secret = Crypto.random(1 + i * i);
      byte[] other = Crypto.random(2 + i);
      boolean agrees =
          libsodium.matches(wanted.hash(secret, 2, memoryKib), secret)
              && wanted.matches(libsodium.hash(secret, 2, memoryKib), secret)
              && !wanted.matches(libsodium.hash(secret, 2, memoryKib), other);
      if (!agrees) {
        throw new Unusable("the library of HASHING_LIBRARY computes other hashes than libsodium");
      }
    }
  }
}
