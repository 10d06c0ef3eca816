package dev.warmgate.transfer.source;

import dev.warmgate.database.DatabaseUrl;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A source of accounts: how it is read, and how far the reading is.
 *
 * @param files empty for a database
 * @param estimate about how many records there are, if the files do not tell; 0 if unknown
 */
public record Source(AccountReader reader, List<SourceFile> files, long estimate) {
  /** The names of the sources. */
  public static final List<String> NAMES =
      List.of("supabase", "keycloak", "auth0", "firebase", "django", "csv", "warmgate");

  private static final Predicate<String> SOURCE_NAME =
      Pattern.compile("(?!warmgate$)[a-z0-9._-]{1,40}").asMatchPredicate();

  /**
   * What a command tells of a source.
   *
   * @param sourceName tells it from others of the same kind
   */
  public record Description(
      String name,
      @Nullable String path,
      @Nullable String passwords,
      @Nullable String hashConfig,
      @Nullable String sourceName,
      @Nullable DatabaseUrl database) {}

  /**
   * @throws IllegalArgumentException if something is missing or does not belong to that source; the
   *     message names the argument
   */
  public static Source of(Description given, InputStream standardInput, Clock clock)
      throws IOException {
    boolean isAuth0 = given.name.equals("auth0");
    require(isAuth0 || given.passwords == null, "--passwords belongs to --from auth0");
    boolean isFirebase = given.name.equals("firebase");
    require(
        isFirebase == (given.hashConfig != null),
        "--hash-config belongs to --from firebase, which needs it");
    require(
        given.sourceName == null || !given.name.equals("warmgate"),
        "--source-name does not belong to --from warmgate, whose accounts name their source");
    require(
        given.sourceName == null || SOURCE_NAME.test(given.sourceName),
        "--source-name has at most 40 of a-z, 0-9, -, _ and .");
    SupabaseRow row = new SupabaseRow(clock);
    if (given.name.equals("supabase") && given.path == null) {
      require(given.database != null, "set SOURCE_DATABASE_URL, or name a FILE");
      SupabaseDao database = new SupabaseDao(given.database, row);
      return new Source(database, List.of(), database.estimate());
    }
    require(given.path != null, "name a FILE, or - for standard input");
    if (given.name.equals("keycloak")) {
      List<SourceFile> files = SourceFile.ofAll(given.path, standardInput);
      return new Source(new KeycloakReader(files), files, 0);
    }
    SourceFile file = SourceFile.of(given.path, standardInput);
    List<SourceFile> files =
        given.passwords == null
            ? List.of(file)
            : List.of(file, SourceFile.of(given.passwords, standardInput));
    AccountReader reader =
        switch (given.name) {
          case "supabase" -> new SupabaseCsvReader(file, row);
          case "auth0" -> new Auth0Reader(files);
          case "firebase" -> new FirebaseReader(file, project(given.hashConfig));
          case "django" -> new DjangoReader(file);
          case "csv" -> new CsvReader(file);
          default -> new WarmgateReader(file);
        };
    return new Source(reader, files, 0);
  }

  private static FirebaseProject project(String file) throws IOException {
    try {
      return FirebaseProject.parse(Files.readString(Path.of(file)));
    } catch (IllegalArgumentException incomplete) {
      throw new IllegalArgumentException("--hash-config " + incomplete.getMessage(), incomplete);
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /**
   * Returns the SHA-256 of the files and of what else decides what is taken from them; {@code null}
   * if one of them can be read only once.
   *
   * @param options of the import
   */
  public byte @Nullable [] fingerprint(Object... options) throws IOException {
    if (files.isEmpty() || files.stream().anyMatch(file -> file.path() == null)) {
      return null;
    }
    MessageDigest digest = sha256();
    digest.update(utf8(Arrays.toString(options)));
    if (reader instanceof FirebaseReader firebase) {
      FirebaseProject hashes = firebase.project();
      digest.update(
          utf8(
              String.join(
                  ",",
                  hashes.signerKey(),
                  hashes.saltSeparator(),
                  Integer.toString(hashes.rounds()),
                  Integer.toString(hashes.memCost()))));
    }
    for (SourceFile file : files) {
      digest.update(utf8("\n" + file.size() + " " + file.name() + "\n"));
      try (InputStream in = new DigestInputStream(Files.newInputStream(file.path()), digest)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    return digest.digest();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * Returns which part of the source is read, from 0 to 1; nothing if its size is unknown.
   *
   * @param records how many records are read
   */
  public OptionalDouble read(long records) {
    if (files.isEmpty()) {
      return estimate == 0
          ? OptionalDouble.empty()
          : OptionalDouble.of(Math.min(1, (double) records / estimate));
    }
    long read = files.stream().mapToLong(SourceFile::bytesRead).sum();
    return files.stream().allMatch(file -> file.path() != null)
        ? OptionalDouble.of(Math.min(1, (double) read / Math.max(1, size())))
        : OptionalDouble.empty();
  }

  private long size() {
    return files.stream().mapToLong(SourceFile::size).sum();
  }
}
