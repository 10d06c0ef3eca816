package dev.warmgate.database;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.dropwizard.util.Duration;
import io.dropwizard.validation.MaxDuration;
import io.dropwizard.validation.MinDuration;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections to PostgreSQL.
 *
 * @param url from {@code DATABASE_URL}
 * @param migrationUrl from {@code MIGRATION_DATABASE_URL}: the role of the owner, if the role of
 *     {@code url} owns nothing; only for the command {@code migrate}
 * @param poolSize number of connections for requests, which are opened once and kept
 * @param acquireTimeout how long a request waits for a connection before it is answered 503
 * @param answerTimeout how long a statement of a request may take before it is answered 503
 * @param maxWaiting how many requests may wait for a connection; more are answered 503 at once, so
 *     that endpoints without the database always find a thread
 * @param connectTimeout how long an attempt to connect may take
 * @param socketTimeout how long an answer may take if no request waits for it
 * @param pooler from {@code DATABASE_POOLER}: what pools connections between the service and
 *     PostgreSQL
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DatabaseConfiguration(
    @NotNull DatabaseUrl url,
    @Nullable DatabaseUrl migrationUrl,
    @Min(1) @Max(200) Integer poolSize,
    @MinDuration(value = 250, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 1, unit = TimeUnit.SECONDS)
        Duration acquireTimeout,
    @MinDuration(value = 100, unit = TimeUnit.MILLISECONDS)
        @MaxDuration(value = 5, unit = TimeUnit.SECONDS)
        Duration answerTimeout,
    @Min(1) @Max(1000) Integer maxWaiting,
    @MinDuration(value = 1, unit = TimeUnit.SECONDS) @MaxDuration(value = 1, unit = TimeUnit.HOURS)
        Duration connectTimeout,
    @MinDuration(value = 1, unit = TimeUnit.SECONDS) @MaxDuration(value = 1, unit = TimeUnit.HOURS)
        Duration socketTimeout,
    Pooler pooler) {

  public DatabaseConfiguration(
      DatabaseUrl url,
      @Nullable DatabaseUrl migrationUrl,
      @Nullable Integer poolSize,
      @Nullable Duration acquireTimeout,
      @Nullable Duration answerTimeout,
      @Nullable Integer maxWaiting,
      @Nullable Duration connectTimeout,
      @Nullable Duration socketTimeout,
      @Nullable Pooler pooler) {
    this.url = url;
    this.migrationUrl = migrationUrl;
    this.poolSize = poolSize == null ? 10 : poolSize;
    this.acquireTimeout = acquireTimeout == null ? Duration.milliseconds(750) : acquireTimeout;
    this.answerTimeout = answerTimeout == null ? Duration.milliseconds(750) : answerTimeout;
    this.maxWaiting = maxWaiting == null ? 100 : maxWaiting;
    this.connectTimeout = connectTimeout == null ? Duration.seconds(2) : connectTimeout;
    this.socketTimeout = socketTimeout == null ? Duration.seconds(5) : socketTimeout;
    this.pooler = pooler == null ? Pooler.NONE : pooler;
  }

  /** The default settings for that database. */
  public static DatabaseConfiguration defaults(DatabaseUrl url) {
    return new DatabaseConfiguration(url, null, null, null, null, null, null, null, null);
  }

  public DatabaseConfiguration withPoolSize(int connections) {
    return new DatabaseConfiguration(
        url,
        migrationUrl,
        connections,
        acquireTimeout,
        answerTimeout,
        maxWaiting,
        connectTimeout,
        socketTimeout,
        pooler);
  }

  /** The settings of a command: one connection, and more time to get it than a request has. */
  public DatabaseConfiguration forCommand() {
    return with(url, null, Duration.seconds(5));
  }

  /** The settings of a command that moves many accounts: time for slow statements. */
  public DatabaseConfiguration forTransfer() {
    return with(url, null, Duration.hours(1));
  }

  /** The settings of a migration: the role of the owner, and time for slow statements. */
  public DatabaseConfiguration forMigration() {
    return with(migrationUrl == null ? url : migrationUrl, migrationUrl, Duration.hours(1));
  }

  /** Returns the key and the variable of the URL, for messages. */
  String setting() {
    return url.equals(migrationUrl)
        ? "database.migration_url, MIGRATION_DATABASE_URL"
        : "database.url, DATABASE_URL";
  }

  private DatabaseConfiguration with(
      DatabaseUrl url, @Nullable DatabaseUrl migrationUrl, Duration socketTimeout) {
    return new DatabaseConfiguration(
        url, migrationUrl, 1, Duration.seconds(3), null, null, null, socketTimeout, pooler);
  }
}
