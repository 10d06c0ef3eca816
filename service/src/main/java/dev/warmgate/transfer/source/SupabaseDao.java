package dev.warmgate.transfer.source;

import dev.warmgate.database.DatabaseUrl;
import dev.warmgate.logging.RootCause;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Reads {@code auth.users}, {@code auth.identities} and {@code auth.mfa_factors} of a Supabase
 * database, as of one moment and without changing anything.
 */
public record SupabaseDao(DatabaseUrl url, SupabaseRow row) implements AccountReader {
  private static final String NAME = "auth.users";
  private static final int ROWS_AT_ONCE = 250;
  private static final int MOST_JSON = 32 << 10;

  private static final String FACTORS =
      """
      (
        SELECT jsonb_agg(jsonb_build_object('id', factors.id, 'status', status,
          'friendly_name', friendly_name, 'factor_type', factor_type, 'secret', secret,
          'created_at', factors.created_at) ORDER BY factors.created_at)
        FROM auth.mfa_factors AS factors
        WHERE factors.user_id = users.id)
      """;

  @Override
  public void read(AccountSink sink) throws MalformedSource {
    try (Connection connection = open();
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(ROWS_AT_ONCE);
      String query = query(hasFactors(statement) ? FACTORS : "NULL");
      try (ResultSet rows = statement.executeQuery(query)) {
        for (long number = 1; rows.next(); number++) {
          SourceAccount.Place place = new SourceAccount.Place(NAME, number);
          JsonRecords.object(rows.getString(1))
              .ifPresentOrElse(
                  user -> JsonRecords.hand(place, user, sink, row),
                  () -> sink.refused(place, "has metadata that cannot be read"));
        }
      }
    } catch (SQLException failed) {
      MalformedSource stopped = new MalformedSource("SOURCE_DATABASE_URL: " + RootCause.of(failed));
      stopped.addSuppressed(failed);
      throw stopped;
    }
  }

  /** Also of older versions, which lack some of the columns. */
  private static String query(String factors) {
    return """
    SELECT jsonb_build_object('id', id, 'email', email, 'encrypted_password', encrypted_password,
        'email_confirmed_at', email_confirmed_at, 'raw_user_meta_data', %s,
        'raw_app_meta_data', %s, 'created_at', created_at,
        'banned_until', to_jsonb(users) -> 'banned_until',
        'deleted_at', to_jsonb(users) -> 'deleted_at',
        'is_anonymous', to_jsonb(users) -> 'is_anonymous', 'phone', phone,
        'identities', (
          SELECT jsonb_agg(jsonb_build_object('provider', provider,
            'provider_id', COALESCE(to_jsonb(identities) ->> 'provider_id', identities.id::text),
            'identity_data', %s, 'created_at', identities.created_at,
            'last_sign_in_at', identities.last_sign_in_at) ORDER BY provider)
          FROM auth.identities
          WHERE identities.user_id = users.id),
        'factors', %s)
    FROM auth.users
    ORDER BY id
    """
        .formatted(
            bounded("raw_user_meta_data"),
            bounded("raw_app_meta_data"),
            bounded("identity_data"),
            factors);
  }

  /** Of what is too large to be stored here, a thousand may not fit into memory. */
  private static String bounded(String json) {
    return """
    CASE WHEN octet_length(CAST(%1$s AS text)) > %2$d
      THEN jsonb_build_object('', repeat(' ', %2$d)) ELSE CAST(%1$s AS jsonb) END\
    """
        .formatted(json, MOST_JSON);
  }

  /** Older versions have no such table. */
  private static boolean hasFactors(Statement statement) throws SQLException {
    try (ResultSet known =
        statement.executeQuery("SELECT to_regclass('auth.mfa_factors') IS NOT NULL")) {
      return known.next() && known.getBoolean(1);
    }
  }

  /** Returns about how many rows there are. */
  public long estimate() {
    try (Connection connection = open();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass('auth.users')")) {
      return rows.next() ? Math.max(0, rows.getLong(1)) : 0;
    } catch (SQLException unavailable) {
      // Reading it says why.
      return 0;
    }
  }

  /** Opens a transaction, without which the driver would read all rows at once. */
  private Connection open() throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url.jdbcUrl());
    source.setUser(url.user());
    source.setPassword(url.password());
    source.setApplicationName("warmgate-import");
    source.setReadOnly(true);
    source.setLogServerErrorDetail(false);
    Connection connection = source.getConnection();
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    return connection;
  }
}
