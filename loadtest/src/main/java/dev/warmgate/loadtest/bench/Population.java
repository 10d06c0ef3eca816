package dev.warmgate.loadtest.bench;

import dev.warmgate.loadtest.load.ServiceUnderTest;
import dev.warmgate.loadtest.stack.StackDatabase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Accounts that a benchmark inserts into a service's database by SQL, each with three sessions and
 * ten events of the last 27 days. They all have the password of {@link ServiceUnderTest}'s
 * accounts. A failed statement fails the insertion.
 */
final class Population {
  /** What one account takes on disk, with the log of the insertion. */
  static final long BYTES_EACH = 10_000;

  private static final int SESSIONS_EACH = 3;
  private static final int EVENTS_EACH = 10;

  /** The events of the rarest kind, a full page in a database of any size. */
  private static final int RARE = 50;

  private static final int BATCH = 500_000;

  private static final String ACCOUNTS =
      """
      INSERT INTO account (id, email, email_key, password_hash, role, created_at)
      SELECT CAST(hash AS uuid), address, address, known.password_hash, 'user',
        now() - INTERVAL '300 d' * (1 - n / %3$d.0)
      FROM generate_series(%1$d, %2$d) AS n
        CROSS JOIN LATERAL (SELECT md5('account ' || n) AS hash) AS hashed
        CROSS JOIN LATERAL (
          SELECT substr(hash, 1, 8) || '.' || n || '@example.com' AS address) AS addressed
        CROSS JOIN (SELECT password_hash FROM account WHERE email = '%4$s') AS known
      """;

  /** A third has ended; none is old enough to be purged. */
  private static final String SESSIONS =
      """
      INSERT INTO session (id, account_id, counter, secret_hash, user_agent, created_at, rotated_at,
        idle_expires_at, expires_at, ended_at, end_reason, rotated_network, rotated_agent, methods)
      SELECT CAST(md5('session ' || n) AS uuid),
        CAST(md5('account ' || n * 7919 %% %4$d + 1) AS uuid), n %% 40, secret,
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0',
        opened, used, now() + INTERVAL '14 d', opened + INTERVAL '90 d',
        CASE n %% 3 WHEN 0 THEN used END, CASE n %% 3 WHEN 0 THEN 'logout' END,
        substr(secret, 1, 8), substr(secret, 9, 8),
        'password@' || CAST(extract(epoch FROM opened) AS bigint)
      FROM generate_series(CAST(%1$d AS bigint), %2$d) AS n
        CROSS JOIN LATERAL (
          SELECT now() - INTERVAL '27 d' * (1 - n / %3$d.0) AS opened,
            sha256(convert_to('session ' || n, 'UTF8')) AS secret) AS made
        CROSS JOIN LATERAL (SELECT LEAST(opened + INTERVAL '6 h', now()) AS used) AS last
      """;

  private static final String EVENTS =
      """
      INSERT INTO audit_event (occurred_at, event, actor, account_id, session_id, client_address,
        request_id, trace_id, details)
      SELECT now() - INTERVAL '27 d' * (1 - n / %3$d.0),
        CASE WHEN n %% (%3$d / %5$d) = 0 THEN 'account.disabled'
          ELSE (CAST('{session.started,session.started,session.started,session.started,session.ended,'
            'session.ended,session.ended,login.failed,refresh.graced,user.registered}' AS text[]))
            [n %% 10 + 1] END,
        'account:' || account, account, CAST(md5('session ' || n * 3 / 10 + 1) AS uuid),
        '203.0.113.' || n %% 250, CAST(account AS text), md5(CAST(n AS text)), '{}'
      FROM generate_series(CAST(%1$d AS bigint), %2$d) AS n
        CROSS JOIN LATERAL (
          SELECT CAST(md5('account ' || n * 7919 %% %4$d + 1) AS uuid) AS account) AS whose
      """;

  /** The indexes that hold no constraint: built after the insertion, they take a fraction. */
  private static final String INDEXES =
      """
      SELECT indexrelid::regclass, pg_get_indexdef(indexrelid)
      FROM pg_index
      WHERE indrelid IN ('account'::regclass, 'session'::regclass, 'audit_event'::regclass)
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
      """;

  /** Everything to be cached; the events come first, since what comes last stays. */
  private static final String CACHED =
      """
      SELECT pg_prewarm(oid::regclass)
      FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
      ORDER BY relname NOT LIKE 'audit\\_event%', relkind = 'i'
      """;

  private record Index(String name, String definition) {}

  private Population() {}

  /** Inserts accounts 1 to {@code count} and prepares the database for the load. */
  static void insert(StackDatabase database, int count) throws Exception {
    List<Index> indexes =
        database.rows(
            INDEXES,
            row -> new Index(row.getString(1), row.getString(2).replace(" ON ONLY ", " ON ")));
    database.run(indexes.stream().map(index -> "DROP INDEX " + index.name()).toList());
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      Future<?> accounts =
          threads.submit(() -> {
            batches(database, ACCOUNTS, count, 1, ServiceUnderTest.email(0));
            batches(database, SESSIONS, count, SESSIONS_EACH, count);
            index(database, indexes, "account|session");
            return null;
          });
      Future<?> events =
          threads.submit(() -> {
            batches(database, EVENTS, count, EVENTS_EACH, count, RARE);
            index(database, indexes, "audit_event");
            return null;
          });
      accounts.get();
      events.get();
    } catch (ExecutionException failed) {
      throw new SQLException("cannot insert the accounts", failed.getCause());
    }
    StackDatabase superuser = database.asSuperuser();
    superuser.run(
        List.of(
            "VACUUM (ANALYZE) account, session, audit_event",
            "CHECKPOINT",
            "CREATE EXTENSION pg_prewarm",
            CACHED));
  }

  private static void batches(
      StackDatabase database, String statement, int accounts, int each, Object... more)
      throws SQLException {
    long last = (long) accounts * each;
    for (long from = 1; from <= last; from += BATCH) {
      List<Object> arguments =
          new ArrayList<>(List.of(from, Math.min(last, from + BATCH - 1), last));
      arguments.addAll(List.of(more));
      database.run(
          List.of("SET synchronous_commit = off", statement.formatted(arguments.toArray())));
    }
  }

  private static void index(StackDatabase database, List<Index> indexes, String tables)
      throws SQLException {
    List<String> statements = new ArrayList<>(List.of("SET maintenance_work_mem = '256MB'"));
    indexes.stream()
        .map(Index::definition)
        .filter(definition -> definition.matches("(?s).* ON (public\\.)?(" + tables + ") .*"))
        .forEach(statements::add);
    database.run(statements);
  }

  static String email(int number) {
    return hash(number).substring(0, 8) + "." + number + "@example.com";
  }

  static String id(int number) {
    return hash(number).replaceFirst("(.{8})(.{4})(.{4})(.{4})", "$1-$2-$3-$4-");
  }

  /** As PostgreSQL computes it. */
  private static String hash(int number) {
    try {
      byte[] text = ("account " + number).getBytes(StandardCharsets.US_ASCII);
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
