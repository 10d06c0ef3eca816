package dev.warmgate.transfer.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks what the readers take of each format, and what they leave out. */
final class ReadersTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);
  private static final FirebaseProject PROJECT = new FirebaseProject("a2V5", "Bw==", 8, 14);

  private static Collected supabase(String csv) {
    return Collected.from(csv, file -> new SupabaseCsvReader(file, new SupabaseRow(CLOCK)));
  }

  @Test
  void supabase() {
    SourceAccount account =
        supabase(
                """
                id,email,encrypted_password,email_confirmed_at,raw_user_meta_data,raw_app_meta_data,created_at,banned_until,identities
                9f3c1f5e-3c55-4b0e-8f5a-0c8ef3a1d001,ada@example.com,$2a$10$hash,2024-03-01 10:00:00.123456+00,"{""name"": ""Ada, ""}","{""provider"": ""email""}",2024-02-01T09:30:00+02:00,2026-11-30 00:00:00+00,"[{""provider"": ""email"", ""provider_id"": ""x""}, {""provider"": ""google"", ""provider_id"": ""117"", ""identity_data"": {""a"": 1}}]"
                """)
            .only();

    assertThat(account.id).isEqualTo("9f3c1f5e-3c55-4b0e-8f5a-0c8ef3a1d001");
    assertThat(account.email).isEqualTo("ada@example.com");
    assertThat(account.passwordHash).isEqualTo("$2a$10$hash");
    assertThat(account.confirmedAt).isEqualTo("2024-03-01T10:00:00.123456Z");
    assertThat(account.createdAt).isEqualTo("2024-02-01T07:30:00Z");
    assertThat(account.userMetadata).hasToString("{\"name\":\"Ada, \"}");
    assertThat(account.disabled).as("banned").isTrue();
    assertThat(account.identities)
        .extracting(SourceAccount.Identity::provider)
        .containsExactly("google");
    assertThat(account.place).hasToString("standard input:2");
  }

  @Test
  void supabasesUsersWithoutAddress() {
    Collected collected =
        supabase(
            """
            id,email,phone,is_anonymous,deleted_at,banned_until
            1,,491701234567,f,,
            2,,,t,,
            3,a@example.com,,f,2024-01-01 00:00:00+00,
            4,b@example.com,,f,,2020-01-01 00:00:00+00
            5,c@example.com,,f,,infinity
            """);

    assertThat(collected.skipped).containsExactly("deleted at the source");
    assertThat(collected.accounts)
        .extracting(account ->
            account.email == null ? account.kindWithoutAddress.toString() : account.disabled)
        .containsExactly("phone only", "anonymous", false, true);
  }

  @Test
  void keycloak() {
    SourceAccount account =
        Collected.from(
                """
                {"realm": "shop", "roles": {"realm": [{"name": "x", "users": []}]}, "users": [
                  {"id": "0b0f5f6c-5a44-4d6b-9f35-4d1d4f3a2001", "username": "ada", "email": "ada@example.com",
                   "emailVerified": true, "enabled": false, "createdTimestamp": 1693888572700,
                   "firstName": "Ada", "attributes": {"locale": ["de"], "team": ["a", "b"]},
                   "credentials": [{"type": "otp", "secretData": "{}"}, {"type": "password",
                     "secretData": "{\\"value\\":\\"JsfNbCOIdZUbyBJ+BT+VoGI91Ec2rWLOvkLPDaX8e9k=\\",\\"salt\\":\\"P5rtFkGtPfoaryJ6PizUJw==\\"}",
                     "credentialData": "{\\"hashIterations\\":27500,\\"algorithm\\":\\"pbkdf2-sha256\\"}"}],
                   "realmRoles": ["buyer"], "groups": ["/staff"],
                   "federatedIdentities": [{"identityProvider": "github", "userId": "77", "userName": "ada"}]},
                  {"username": "service-account-x", "serviceAccountClientId": "x"}
                ], "clients": [1, 2]}
                """,
                file -> new KeycloakReader(List.of(file)))
            .accounts
            .getFirst();

    assertThat(account.passwordHash).startsWith("$pbkdf2-sha256$i=27500$");
    assertThat(account.confirmed).isTrue();
    assertThat(account.disabled).isTrue();
    assertThat(account.locale).isEqualTo("de");
    assertThat(account.createdAt).isEqualTo("2023-09-05T04:36:12.700Z");
    assertThat(account.appMetadata).hasToString("{\"roles\":[\"buyer\"],\"groups\":[\"/staff\"]}");
    assertThat(account.userMetadata.path("first_name").asText()).isEqualTo("Ada");
    assertThat(account.identities.getFirst().subject()).isEqualTo("77");
    assertThat(account.place).hasToString("standard input:2");
  }

  @Test
  void keycloaksExportOfAllRealms() {
    Collected collected =
        Collected.from(
            """
            [{"realm": "master", "roles": {"realm": []}, "users": [{"id": "1", "email": "a@example.com"}]},
             {"realm": "empty"},
             {"realm": "shop", "users": [{"id": "2", "email": "b@example.com"}]}]
            """,
            file -> new KeycloakReader(List.of(file)));

    assertThat(collected.accounts)
        .extracting(account -> account.email)
        .containsExactly("a@example.com", "b@example.com");
  }

  @Test
  void keycloaksUnknownAlgorithm() {
    SourceAccount account =
        Collected.from(
                """
                {"users": [{"id": "1", "email": "ada@example.com", "credentials": [{"type": "password",
                  "secretData": "{\\"value\\":\\"AAAA\\",\\"salt\\":\\"AAAA\\"}",
                  "credentialData": "{\\"hashIterations\\":1,\\"algorithm\\":\\"bcrypt-of-a-plugin\\"}"}]}]}
                """,
                file -> new KeycloakReader(List.of(file)))
            .only();

    assertThat(account.passwordHash).isNull();
    assertThat(account.passwordProblem).contains("of no known kind");
  }

  @Test
  void auth0() {
    Collected collected =
        Collected.from(
            """
            {"user_id": "auth0|60425dc43519d90068f82973", "email": "ada@example.com", "email_verified": true, "created_at": "2021-03-05T16:34:44.123Z", "name": "Ada", "app_metadata": {"plan": "pro"}, "identities": [{"provider": "auth0", "user_id": "60425dc43519d90068f82973"}, {"provider": "github", "user_id": 77, "connection": "github"}]}
            {"_id": {"$oid": "60425dc43519d90068f82973"}, "email": "ada@example.com", "passwordHash": "$2b$10$hash"}
            """,
            file -> new Auth0Reader(List.of(file)));

    SourceAccount account = collected.only();
    assertThat(account.tellsPassword).isFalse();
    assertThat(account.appMetadata).hasToString("{\"plan\":\"pro\"}");
    assertThat(account.userMetadata).hasToString("{\"name\":\"Ada\"}");
    assertThat(account.identities.getFirst().subject()).isEqualTo("77");
    assertThat(collected.passwords.getFirst().id).isEqualTo(account.id);
    assertThat(collected.passwords.getFirst().passwordHash).isEqualTo("$2b$10$hash");
  }

  @Test
  void firebase() {
    Collected collected =
        Collected.from(
            """
            {"users": [
              {"localId": "rxbm", "email": "ada@example.com", "emailVerified": true, "passwordHash": "AAAAAAAAAAAAAAAAAAAAAA-_", "salt": "AAAA", "createdAt": "1609459200000", "customAttributes": "{\\"plan\\":\\"pro\\"}", "providerUserInfo": [{"providerId": "password", "rawId": "ada@example.com"}, {"providerId": "google.com", "rawId": "117"}]},
              {"localId": "p", "phoneNumber": "+491701234567", "providerUserInfo": [{"providerId": "phone", "rawId": "+49"}]},
              {"localId": "a", "providerUserInfo": []}
            ]}
            """,
            file -> new FirebaseReader(file, PROJECT));

    SourceAccount account = collected.accounts.getFirst();
    assertThat(account.createdAt).isEqualTo("2021-01-01T00:00:00Z");
    assertThat(account.appMetadata).hasToString("{\"plan\":\"pro\"}");
    assertThat(account.identities)
        .extracting(SourceAccount.Identity::provider)
        .containsExactly("google.com");
    assertThat(account.passwordProblem).as("the key is as long as the hash").isNotNull();
    assertThat(collected.accounts)
        .extracting(each -> each.kindWithoutAddress.toString())
        .containsExactly("without an address", "phone only", "anonymous");
  }

  @Test
  void firebasesParametersAsTheConsoleShowsThem() {
    FirebaseProject project =
        FirebaseProject.parse(
            """
            hash_config {
              algorithm: SCRYPT,
              base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0w==,
              base64_salt_separator: Bw==,
              rounds: 8,
              mem_cost: 14,
            }
            """);

    assertThat(project)
        .isEqualTo(new FirebaseProject("jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0w==", "Bw==", 8, 14));
    assertThat(
            FirebaseProject.parse(
                "{\"base64_signer_key\": \"k\", \"base64_salt_separator\": \"Bw==\", \"rounds\": 8, \"mem_cost\": 14}"))
        .isEqualTo(new FirebaseProject("k", "Bw==", 8, 14));
  }

  @Test
  void django() {
    Collected collected =
        Collected.from(
            """
            [{"model": "auth.group", "pk": 1, "fields": {"name": "staff"}},
             {"model": "auth.user", "pk": 42, "fields": {"password": "pbkdf2_sha256$1$s$h", "is_superuser": true, "username": "ada", "email": "ada@example.com", "is_active": false, "date_joined": "2024-01-02T03:04:05.678Z", "groups": [["staff"]]}},
             {"model": "auth.user", "pk": 43, "fields": {"password": "!x", "email": "b@example.com"}}]
            """,
            DjangoReader::new);

    assertThat(collected.skipped).containsExactly("of other models");
    SourceAccount account = collected.accounts.getFirst();
    assertThat(account.id).isEqualTo("auth.user 42");
    assertThat(account.disabled).isTrue();
    assertThat(account.createdAt).isEqualTo("2024-01-02T03:04:05.678Z");
    assertThat(account.appMetadata).hasToString("{\"groups\":[[\"staff\"]],\"is_superuser\":true}");
    assertThat(account.userMetadata).hasToString("{\"username\":\"ada\"}");
    assertThat(collected.accounts.get(1).passwordHash).as("unusable").isNull();
  }

  @Test
  void csv() {
    SourceAccount account =
        Collected.from(
                """
                email,id,email_confirmed,password_hash,created_at,disabled,locale,user_metadata
                ada@example.com,7,true,$2b$10$hash,2024-01-02,no,de,"{""a"":
                1.10}"
                """,
                CsvReader::new)
            .only();

    assertThat(account.id).isEqualTo("7");
    assertThat(account.confirmed).isTrue();
    assertThat(account.disabled).isFalse();
    assertThat(account.createdAt).isEqualTo("2024-01-02T00:00:00Z");
    assertThat(account.userMetadata).as("numbers stay as written").hasToString("{\"a\":1.10}");
  }

  /** Whoever is disabled at the source must not come enabled, however that is written. */
  @Test
  void csvTakesNothingForFalseThatDoesNotSaySo() {
    Collected collected =
        Collected.from(
            """
            email,disabled,disabled_at,email_confirmed,email_confirmed_at
            a@example.com,locked,,,
            b@example.com,,,maybe,
            c@example.com,false,2020-01-01,,
            d@example.com,,,0,2020-01-01
            e@example.com, Y,,,
            f@example.com,,2020-01-01,on,
            g@example.com,off,,N,
            """,
            CsvReader::new);

    assertThat(collected.refused)
        .hasSize(4)
        .satisfiesExactly(
            a -> assertThat(a).contains("has a disabled that is neither true nor false"),
            b -> assertThat(b).contains("has a email_confirmed that is neither"),
            c -> assertThat(c).contains("has a disabled that contradicts its disabled_at"),
            d -> assertThat(d).contains("has a email_confirmed that contradicts"));
    assertThat(collected.accounts)
        .extracting(account -> account.email + account.disabled + account.confirmed)
        .containsExactly(
            "e@example.comtruefalse", "f@example.comtruetrue", "g@example.comfalsefalse");
  }

  @Test
  void csvWithoutIdsHasThemFromItsAddresses() {
    assertThat(Collected.from("email\nAda@Example.com\n", CsvReader::new).only().id)
        .isEqualTo("email ada@example.com");
  }

  @Test
  void warmgate() {
    SourceAccount account =
        Collected.from(
                """
                {"id":"9f3c1f5e-3c55-4b0e-8f5a-0c8ef3a1d001","email":"ada@example.com","role":"admin","created_at":"2024-01-01T00:00:00.000001Z","password_hash":null,"user_metadata":{},"app_metadata":{},"source":"django","source_id":"42"}
                """,
                WarmgateReader::new)
            .only();

    assertThat(account.role).isEqualTo("admin");
    assertThat(account.source).isEqualTo("django");
    assertThat(account.id).isEqualTo("42");
    assertThat(account.ownId).isEqualTo("9f3c1f5e-3c55-4b0e-8f5a-0c8ef3a1d001");
    assertThat(account.tellsPassword).as("it tells that there is none").isTrue();
  }
}
