package dev.warmgate.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseUrlTest {
  @ParameterizedTest
  @CsvSource({
    "postgres://u:p@db.example:5432/auth, jdbc:postgresql://db.example:5432/auth, u, p",
    "postgresql://u:p@db/auth?sslmode=require, jdbc:postgresql://db/auth?sslmode=require, u, p",
    "postgres://u@db/auth, jdbc:postgresql://db/auth, u, ''",
    "postgres://u:@db/auth, jdbc:postgresql://db/auth, u, ''",
    "postgres://u:p@[::1]:5432/auth, jdbc:postgresql://[::1]:5432/auth, u, p",
    "'  postgres://u:p@db/auth ', jdbc:postgresql://db/auth, u, p",
    "postgres://a%40b:p%2Fq%3A%25+x@db/auth, jdbc:postgresql://db/auth, a@b, p/q:%+x",
  })
  void parsesTheUrlsThatPlatformsProvide(String text, String jdbc, String user, String password) {
    DatabaseUrl url = DatabaseUrl.parse(text);

    assertThat(url.jdbcUrl()).isEqualTo(jdbc);
    assertThat(url.user()).isEqualTo(user);
    assertThat(url.password()).isEqualTo(password);
  }

  @Test
  void keepsSeveralHostsAndTheirOptions() {
    String text = "postgres://u:p@a:5432,b:5433/auth?targetServerType=primary&sslmode=verify-full";

    assertThat(DatabaseUrl.parse(text).jdbcUrl())
        .isEqualTo(
            "jdbc:postgresql://a:5432,b:5433/auth?targetServerType=primary&sslmode=verify-full");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "jdbc:postgresql://u:hunter2@db/auth",
        "mysql://u:hunter2@db/auth",
        "postgres://u:hunter2@db",
        "postgres://u:hunter2@db/",
        "postgres://:hunter2@db/auth",
        "postgres://u:hunter2@/auth",
        "postgres://u:hunter2/@db/auth",
        "postgres://u:hunter2%zz@db/auth",
        "postgres://u:p@hunter2@db/auth",
        "postgres://u:p@hunter2@db:5432/auth?sslmode=verify-full",
        "postgres://u@hunter2@db/auth",
        "postgres://u:p@x/hunter2@db/auth",
        "postgres://u:p@hunter2/x?y@db/auth",
        "postgres://u:p@hunter2/x?application_name=y@db/auth",
        "postgres://u:p@hunter2#x@db/auth",
        "postgres://u:p@db/hunter2/auth",
        "postgres://u:p@db/hunter2&sslmode=verify-full",
        "postgres://u:p@db/hunter2;sslmode=verify-full@x",
        "postgres://u:p@hunter2 db/auth",
        "postgres://u:p@db:hunter2/auth",
        "postgres://u:p@db,,hunter2/auth",
      })
  void refusesOtherUrlsWithoutRepeatingThem(String text) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("must look like postgres://")
        .message()
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"db:0", "db:65536", "db:99999999999", "a:5432,b:70000", "[::1]:65536"})
  void refusesAPortOutOfRange(String hosts) {
    assertThatThrownBy(() -> DatabaseUrl.parse("postgres://u:hunter2@" + hosts + "/auth"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must have ports from 1 to 65535");
  }

  @Test
  void looksForTheClientsKeyAmongTheParametersOnly() {
    assertThat(DatabaseUrl.parse("postgres://u@db/auth?options=%26sslkey=x").hasWeakPassword())
        .isTrue();
    assertThat(DatabaseUrl.parse("postgres://u@db/auth?sslkey=x").hasWeakPassword()).isFalse();
  }

  @Test
  void doesNotPrintThePassword() {
    DatabaseUrl url = DatabaseUrl.parse("postgres://user:hunter2@db/auth?sslpassword=hunter2");

    assertThat(url).hasToString("jdbc:postgresql://db/auth");
  }
}
