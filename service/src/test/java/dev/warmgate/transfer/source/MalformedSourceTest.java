package dev.warmgate.transfer.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that no input, however broken, gets past the readers as anything but a message. */
final class MalformedSourceTest {
  private static final FirebaseProject PROJECT = new FirebaseProject("a2V5", "Bw==", 8, 14);

  private static final Map<String, Function<SourceFile, AccountReader>> READERS =
      Map.of(
          "supabase", file -> new SupabaseCsvReader(file, new SupabaseRow(Clock.systemUTC())),
          "keycloak", file -> new KeycloakReader(List.of(file)),
          "auth0", file -> new Auth0Reader(List.of(file)),
          "firebase", file -> new FirebaseReader(file, PROJECT),
          "django", DjangoReader::new,
          "csv", CsvReader::new,
          "warmgate", WarmgateReader::new);

  static Set<String> names() {
    return READERS.keySet();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          csv      | email,shoe_size      | unknown columns [shoe_size]
          csv      | id,created_at        | one of them email
          csv      | email,email          | named once
          supabase | email,password       | unknown columns [password]
          django   | [{"pk": 1            | no well-formed JSON
          django   | [1]                  | expected a JSON object
          keycloak | {"users": [[]]}      | expected a JSON object
          warmgate | hello                | no well-formed JSON
          keycloak | [[]]                 | expected a JSON object
          supabase | Ada,$2b$10$x         | does not name the columns
          auth0    | {"a": 1} x           | no well-formed JSON
          """)
  void stopsWithThePlace(String reader, String text, String why) {
    Collected collected = Collected.from(text, READERS.get(reader));

    assertThat(collected.stopped).startsWith("standard input:1").contains(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          csv      | email,created_at;a@example.com,yesterday              | has a time that cannot be read
          csv      | email,created_at;a@example.com,99999-01-01            | has a time
          csv      | email,user_metadata;a@example.com,[]                  | has a user_metadata that is no object
          csv      | email,id;a@example.com                                | has 1 columns instead of 2
          supabase | email,identities;a@example.com,x                      | has identities that are no array
          warmgate | {"email": "a@example.com", "shoe_size": 1}            | has a field that no export
          warmgate | {"email": "a@example.com", "role": "root"}            | has no role that exists
          keycloak | {"users": [{"createdTimestamp": "x"}]}                | has a time
          keycloak | {"users": [{"credentials": [{"type": "password", "secretData": "no"}]}]} | has a secretData
          firebase | {"users": [{"customAttributes": "[1]"}]}              | has a customAttributes
          """)
  void refusesTheRecordAndGoesOn(String reader, String lines, String why) {
    Collected collected = Collected.from(lines.replace(';', '\n'), READERS.get(reader));

    assertThat(collected.stopped).isEmpty();
    assertThat(collected.refused).hasSize(1);
    assertThat(collected.refused.getFirst()).startsWith("standard input:").contains(why);
  }

  @ParameterizedTest
  @MethodSource("names")
  void takesRecordsOfWrongTypes(String reader) {
    for (String value : List.of("null", "1", "true", "\"x\"", "[]", "{}", "[[1]]", "{\"a\":1}")) {
      for (String record :
          List.of(
              "{\"id\":V,\"user_id\":V,\"email\":V,\"identities\":V,\"user_metadata\":V}",
              "{\"users\":[{\"localId\":V,\"passwordHash\":V,\"providerUserInfo\":V}]}",
              "{\"users\":[{\"id\":V,\"credentials\":V,\"federatedIdentities\":V,\"attributes\":V}]}",
              "{\"pk\":V,\"fields\":{\"email\":V,\"password\":V,\"groups\":V}}",
              "{\"_id\":V,\"passwordHash\":V}",
              "{\"users\":V}")) {
        Collected collected = Collected.from(record.replace("V", value), READERS.get(reader));
        assertThat(collected.stopped + collected.refused).doesNotContain("Exception");
      }
    }
  }

  /** Bytes of a fixed seed, and each reader must end with a message or in order. */
  @ParameterizedTest
  @MethodSource("names")
  void survivesNoise(String reader) {
    Random random = new Random(26);
    String alphabet = "{}[]\",:\\nuser1email\u00e9\ud83d \n\t\0";
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      Collected collected = Collected.from(text.toString(), READERS.get(reader));
      assertThat(collected.stopped).doesNotContain("Exception");
    }
  }

  /** No user has so much, and it would not fit into the memory of the command. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          warmgate | {"email": "a@example.com", "x": [N0]}
          keycloak | {"clients": [N0], "users": [{"id": "1"}, {"attributes": [N0]}]}
          csv      | email,id;N
          """)
  void stopsAtARecordThatIsTooLarge(String reader, String text) {
    String many = "1,".repeat(SourceFile.MOST_OF_RECORD / 2 + (1 << 17));
    Collected collected =
        Collected.from(text.replace(';', '\n').replace("N", many), READERS.get(reader));

    assertThat(collected.stopped)
        .startsWith("standard input:")
        .endsWith("this is too long or nested too deeply, so the rest was not read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "rounds: 8", "base64_signer_key: x, rounds: 8, mem_cost: 14"})
  void namesWhatFirebasesParametersLack(String text) {
    assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> FirebaseProject.parse(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("has no ");
  }

  @Test
  void readsTimesOfEveryForm() {
    for (String same :
        List.of(
            "2024-01-02T03:04:05Z",
            "2024-01-02 03:04:05+00",
            "2024-01-02 03:04:05+00:00",
            "2024-01-02 05:04:05+02",
            "2024-01-02 08:34:05+0530",
            "2024-01-02T03:04:05.000000Z",
            "2024-01-02 03:04:05",
            "1704164645000")) {
      assertThat(SourceTime.parse(same)).as(same).isEqualTo("2024-01-02T03:04:05Z");
    }
    assertThat(SourceTime.parse("2024-01-02 03:04:05.1234567+00"))
        .isEqualTo("2024-01-02T03:04:05.123456Z");
    assertThat(SourceTime.parse(" ")).isNull();
  }
}
