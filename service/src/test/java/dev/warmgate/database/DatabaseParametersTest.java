package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.util.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that each parameter of a database URL takes effect, is warned of, or is refused. */
final class DatabaseParametersTest {
  private static final String BASE = "postgres://u:hunter2@db/auth?";

  @ParameterizedTest
  @CsvSource({
    "target_session_attrs=read-write, targetServerType=primary",
    "target_session_attrs=primary, targetServerType=primary",
    "target_session_attrs=any, targetServerType=any",
    "channel_binding=require, channelBinding=require",
    "require_auth=scram-sha-256, requireAuth=scram-sha-256",
    "gssencmode=disable, gssEncMode=disable",
    "sslnegotiation=direct, sslNegotiation=direct",
    "keepalives=1, tcpKeepAlive=true",
    "load_balance_hosts=random, loadBalanceHosts=true",
    "connect_timeout=10, connectTimeout=10",
    "application_name=auth%20eu, ApplicationName=auth%20eu",
    "options=-c%20search_path%3Da+b, options=-c%20search_path%3Da%2Bb",
    "options=-c%20default_transaction_read_only%3Doff,"
        + " options=-c%20default_transaction_read_only%3Doff",
    "options=-c%20default_transaction_read_only%3DFALSE%20-c%20search_path%3Da,"
        + " options=-c%20default_transaction_read_only%3DFALSE%20-c%20search_path%3Da",
    "sslmode=verify-full&sslrootcert=/a%20b.crt, sslmode=verify-full&sslrootcert=%2Fa%20b.crt",
    "sslmode=verify-full&sslrootcert=system,"
        + " sslmode=verify-full&sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory",
    "sslrootcert=system,"
        + " sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory&sslmode=verify-full",
    "targetServerType=preferPrimary, targetServerType=preferPrimary",
    "currentSchema=auth, currentSchema=auth",
  })
  void mapsTheParametersOfOtherClients(String query, String jdbc) {
    DatabaseUrl url = DatabaseUrl.parse(BASE + query);

    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db/auth?" + jdbc);
    assertThat(url.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "pgbouncer=true, pgbouncer",
    "schema=hunter2, schema",
    "connection_limit=5, connection_limit",
    "socketTimeout=1, socketTimeout",
    "keepalives_idle=30, keepalives_idle",
    "whatever=hunter2, whatever",
  })
  void ignoresWhatHasNoMeaningHereAndNamesIt(String query, String name) {
    DatabaseUrl url = DatabaseUrl.parse(BASE + query);

    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db/auth");
    assertThat(url.warnings())
        .singleElement()
        .asString()
        .contains("the parameter " + name)
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({
    "sslmode=verify_full, sslmode",
    "sslmode=, sslmode",
    "sslmode=verify-full&sslmode=disable, sslmode",
    "options=a&options=b, options",
    "target_session_attrs=any&targetServerType=primary, targetServerType",
    "SSLMODE=verify-full, SSLMODE",
    "sslmodes=verify-full, sslmodes",
    "sslcrl=/hunter2, sslcrl",
    "ssl_min_protocol_version=TLSv1.3, ssl_min_protocol_version",
    "ssl=no-verify, ssl",
    "sslrootcert=system&sslmode=require, sslrootcert",
    "channel_binding=hunter2, channel_binding",
    "require_auth=hunter2, require_auth",
    "target_session_attrs=hunter2, target_session_attrs",
    "connect_timeout=hunter2, connect_timeout",
    "connect_timeout=0, connect_timeout",
    "socketFactory=hunter2, socketFactory",
    "SocketFactory=hunter2, SocketFactory",
    "socketFactoryArg=hunter2, socketFactoryArg",
    "sslfactory=hunter2, sslfactory",
    "sslfactoryarg=hunter2, sslfactoryarg",
    "sslhostnameverifier=hunter2, sslhostnameverifier",
    "sslpasswordcallback=hunter2, sslpasswordcallback",
    "authenticationPluginClassName=hunter2, authenticationPluginClassName",
    "connectExecutor=hunter2, connectExecutor",
    "xmlFactoryFactory=hunter2, xmlFactoryFactory",
    "loggerFile=/hunter2, loggerFile",
    "host=hunter2, host",
    "user=hunter2, user",
    "password=hunter2, password",
    "PGHOST=hunter2, PGHOST",
    "service=hunter2, service",
    "sslmod=verify-full, sslmod",
    "ssl_mode=verify-full, ssl_mode",
    "slmode=verify-full, slmode",
    "tls=true, tls",
    "useSSL=true, useSSL",
    "channelbinding=require, channelbinding",
    "chanel_binding=require, chanel_binding",
    "require_atuh=scram-sha-256, require_atuh",
    "requirepeer=postgres, requirepeer",
    "gss_enc_mode=require, gss_enc_mode",
    "target_session_attr=primary, target_session_attr",
    "targetServerType=foo, targetServerType",
    "targetservertype=primary, targetservertype",
    "loginTimeout=hunter2, loginTimeout",
    "loadBalanceHosts=hunter2, loadBalanceHosts",
    "preferQueryMode=hunter2, preferQueryMode",
    "protocolVersion=2, protocolVersion",
    "tcpKeepAlive=maybe, tcpKeepAlive",
    "autosave=hunter2, autosave",
    "requireAuth=hunter2, requireAuth",
    "channelBinding=hunter2, channelBinding",
    "target_session_attrs=read-only, target_session_attrs",
    "target_session_attrs=standby, target_session_attrs",
    "target_session_attrs=prefer-standby, target_session_attrs",
    "targetServerType=secondary, targetServerType",
    "targetServerType=preferSlave, targetServerType",
    "readOnly=true, readOnly",
    "options=-c%20default_transaction_read_only%3Don, options",
    "options=--default-transaction-read-only%3Dtrue, options",
    "options=-c%20default_transaction_read_only%3Doff%20-c%20default_transaction_read_only%3D1, options",
  })
  void refusesByNameWhatWouldWeakenOrRedirectTheConnection(String query, String name) {
    assertThatThrownBy(() -> DatabaseUrl.parse(BASE + query))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains("the parameter " + name + " ")
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @CsvSource({
    "requirepeer=postgres, is one of libpq's that the JDBC driver does not support",
    "sslsni=1, is one of libpq's that the JDBC driver does not support",
    "sslcompression=0, is one of libpq's that the JDBC driver does not support",
    "sslcrl=/hunter2, is one of libpq's that the JDBC driver does not support",
    "ssl_min_protocol_version=TLSv1.3, is one of libpq's that the JDBC driver does not support",
    "tLSMode=1, is not known; is it misspelt?",
    "connect_timeout=0, must be from 1 to 999 seconds",
    "connectTimeout=1000, must be from 1 to 999 seconds",
  })
  void saysWhyAParameterIsRefused(String query, String why) {
    assertThatThrownBy(() -> DatabaseUrl.parse(BASE + query)).message().contains(why);
  }

  @Test
  void appliesOptionsNameAndTimeoutOfTheUrlToEveryConnection() {
    DatabaseConfiguration configuration =
        DatabaseConfiguration.defaults(
            DatabaseUrl.parse(
                BASE + "options=-c%20search_path%3Dauth&application_name=eu&connect_timeout=7"));
    WarmConnections connections =
        new WarmConnections(
            "requests",
            1,
            configuration,
            new Outage("database.url, DATABASE_URL"),
            new ServerCheck(configuration));
    connections.addOption("statement_timeout", 750);

    assertThat(connections.getOptions()).isEqualTo("-c search_path=auth -c statement_timeout=750");
    assertThat(connections.getApplicationName()).isEqualTo("eu-requests");
    assertThat(connections.getConnectTimeout()).isEqualTo(7);
  }

  @Test
  void keepsTheDefaultsOfAUrlWithoutParameters() {
    DatabaseConfiguration configuration =
        new DatabaseConfiguration(
            DatabaseUrl.parse("postgres://u:hunter2@db/auth"),
            null,
            null,
            null,
            null,
            null,
            Duration.seconds(3),
            null,
            null);
    WarmConnections connections =
        new WarmConnections(
            "requests",
            1,
            configuration,
            new Outage("database.url, DATABASE_URL"),
            new ServerCheck(configuration));
    connections.addOption("statement_timeout", 750);

    assertThat(connections.getOptions()).isEqualTo("-c statement_timeout=750");
    assertThat(connections.getApplicationName()).isEqualTo("warmgate-requests");
    assertThat(connections.getConnectTimeout()).isEqualTo(3);
  }
}
