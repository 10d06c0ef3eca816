package dev.warmgate.gotrue;

import static dev.warmgate.testkit.ApiClient.PASSWORD;
import static dev.warmgate.testkit.ApiClient.newEmail;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmgate.secret.Crypto;
import dev.warmgate.testkit.Answer;
import dev.warmgate.testkit.ApiClient;
import dev.warmgate.testkit.Browser;
import dev.warmgate.testkit.Mailed;
import dev.warmgate.testkit.NewServiceKey;
import dev.warmgate.testkit.Parallel;
import dev.warmgate.testkit.RunningService;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What mails are for, with a confirmation of addresses. */
final class GoTrueMailIT {
  private static final String OTHER = "seven quiet lanterns";
  private static final String APP = "https://app.example.com/welcome";
  private static final String TO_APP = "?redirect_to=" + URLEncoder.encode(APP, UTF_8);
  private static final String VERIFIER = "v".repeat(64);

  @RegisterExtension
  static final RunningService SERVICE =
      Mailed.on(new RunningService().withManyConnections())
          .onThePortOfItsIssuer()
          .with("supabase_api.enabled", "true")
          .with("registration.confirm", "required")
          .with("proofs.email_login", "true")
          .with("mail.site_url", "https://app.example.com")
          .with("proofs.redirect_urls", APP);

  private final ApiClient api = SERVICE.api().with("x-supabase-api-version", "2024-01-01");
  private final String email = newEmail();

  @Test
  void createsTheAccountWithTheAnsweredIdOnceItsCodeIsEntered() {
    Answer asked = signUp(email, PASSWORD, Map.of("data", Map.of("name", "Ada")));
    assertThat(asked.body().has("access_token")).isFalse();
    assertThat(asked.body().path("identities")).hasSize(1);
    assertThat(asked.text("confirmation_sent_at")).isNotEmpty();
    assertThat(signIn(email, PASSWORD).code()).isEqualTo("email_not_confirmed");

    Mailed mail = mail("confirm");
    assertThat(verify("signup", email, mail.wrongCode()).code()).isEqualTo("otp_expired");
    Answer session = verify("signup", email, mail.code());

    assertThat(session.status()).isEqualTo(200);
    assertThat(session.body().path("user").path("id").asText()).isEqualTo(asked.text("id"));
    assertThat(session.body().at("/user/user_metadata/name").asText()).isEqualTo("Ada");
    assertThat(session.body().at("/user/email_confirmed_at").asText()).isNotEmpty();
    assertThat(signIn(email, PASSWORD).status()).isEqualTo(200);
    assertThat(verify("signup", email, mail.code()).code()).as("again").isEqualTo("otp_expired");
  }

  @Test
  void believesNoPasswordIfTwoRegistrationsWait() {
    signUp(email, "the stranger's password", Map.of());
    signUp(email, PASSWORD, Map.of());

    Answer session = verify("signup", email, mail("confirm").code());

    assertThat(session.status()).isEqualTo(200);
    assertThat(signIn(email, PASSWORD).code()).isEqualTo("invalid_credentials");
    Answer set =
        api.put("/auth/v1/user", session.text("access_token"), Map.of("password", PASSWORD));
    assertThat(set.status()).as("the fresh session sets one").isEqualTo(200);
    assertThat(signIn(email, PASSWORD).status()).isEqualTo(200);
  }

  /** Whoever signs in by mail has no password yet, and must not get a stranger's. */
  @Test
  void believesNoPasswordOfAStrangerWhoRegistersAfterwards() {
    assertEmpty(api.post("/auth/v1/otp", Map.of("email", email)));
    assertThat(mail("confirm").code()).isNotEmpty();
    signUp(email, "the stranger's password", Map.of());

    assertThat(verify("email", email, mail("confirm").code()).status()).isEqualTo(200);

    assertThat(signIn(email, "the stranger's password").code()).isEqualTo("invalid_credentials");
  }

  @Test
  void signsInByTheButtonOfTheLinkAndNotByOpeningIt() {
    signUp(email, "the stranger's password", Map.of());
    Mailed mail = mail("confirm");
    Browser browser = Browser.withoutRedirectsAt(SERVICE.issuer());
    for (int scans = 0; scans < 2; scans++) {
      HttpResponse<String> opened = browser.open(link(mail, "signup"));
      assertThat(location(opened))
          .isEqualTo(SERVICE.issuer() + "/account/link/confirm?token=" + mail.token());
      browser.open("/account/link/confirm?token=" + mail.token());
      assertThat(browser.open("/account/link/confirm").body()).contains("new_password");
    }

    HttpResponse<String> pressed =
        browser.press("/account/link/confirm", "new_password=" + URLEncoder.encode(OTHER, UTF_8));

    Map<String, String> fragment = fragment(location(pressed));
    assertThat(location(pressed)).startsWith(APP + "#");
    assertThat(fragment).containsEntry("type", "signup").containsEntry("token_type", "bearer");
    assertThat(api.get("/auth/v1/user", fragment.get("access_token")).text("email"))
        .isEqualTo(email);
    assertThat(signIn(email, OTHER).status()).isEqualTo(200);
    assertThat(fragment(location(browser.open(link(mail, "signup")))))
        .containsEntry("error_code", "otp_expired");
  }

  @Test
  void handsTheLinkToTheClientThatAskedOnly() throws Exception {
    signUp(email, PASSWORD, challenge());
    Mailed mail = mail("confirm");

    String location =
        location(Browser.withoutRedirectsAt(SERVICE.issuer()).open(link(mail, "signup")));

    assertThat(location).startsWith(APP + "?code=");
    String code = location.substring(location.indexOf('=') + 1);
    assertThat(exchange(code, "w".repeat(64)).code()).isEqualTo("bad_code_verifier");
    assertThat(exchange(code + "x", VERIFIER).code()).isEqualTo("flow_state_not_found");
    List<Answer> racing = Parallel.run(4, _ -> exchange(code, VERIFIER));
    Map<Integer, List<Answer>> byStatus =
        racing.stream().collect(Collectors.groupingBy(Answer::status));
    assertThat(byStatus.get(200)).hasSize(1);
    assertThat(byStatus.get(404))
        .hasSize(3)
        .extracting(Answer::code)
        .containsOnly("flow_state_not_found");
    Answer session = byStatus.get(200).getFirst();
    assertThat(session.body().at("/user/email").asText()).isEqualTo(email);
    assertThat(signIn(email, PASSWORD).status()).as("the same client").isEqualTo(200);
    assertThat(exchange(code, VERIFIER).code()).as("once").isEqualTo("flow_state_not_found");
  }

  @Test
  void answersAllAddressesAlike() {
    confirmed(email);
    String unconfirmed = newEmail();
    signUp(unconfirmed, PASSWORD, Map.of());
    Set<String> ids = new TreeSet<>();
    for (int tries = 0; tries < 2; tries++) {
      for (String address : List.of(newEmail(), unconfirmed, email)) {
        Answer signUp = signUp(address, OTHER, Map.of());
        assertThat(signUp.status()).isEqualTo(200);
        ids.add(signUp.text("id"));
        assertThat(shape(signUp, address))
            .isEqualTo(shape(signUp(newEmail(), OTHER, Map.of()), ""));
        for (String path : List.of("/auth/v1/recover", "/auth/v1/otp")) {
          assertEmpty(api.post(path, Map.of("email", address)));
        }
        assertEmpty(api.post("/auth/v1/otp", Map.of("email", address, "create_user", false)));
        for (String type : List.of("signup", "email_change")) {
          assertEmpty(api.post("/auth/v1/resend", Map.of("email", address, "type", type)));
        }
        Answer session = signIn(email, PASSWORD);
        Answer change =
            api.put(
                "/auth/v1/user",
                session.text("access_token"),
                Map.of("email", address.equals(email) ? otherConfirmed() : address));
        assertThat(change.status()).isEqualTo(200);
        assertThat(change.text("new_email")).isNotEmpty();
        assertThat(change.text("email")).isEqualTo(email);
      }
    }
    assertThat(ids).as("a fresh id each time").hasSize(6);
    assertThat(Mailed.count(SERVICE, email, "confirm")).isEqualTo(1);
  }

  /** As services make them, and as imports bring them. */
  @Test
  void answersTheAddressOfAnUnconfirmedAccountLikeANewOne() throws Exception {
    String key = NewServiceKey.with(SERVICE, "admin");
    String account =
        api.post("/auth/v1/admin/users", key, Map.of("email", email, "password", OTHER)).text("id");
    Set<String> ids = new TreeSet<>(Set.of(account));
    for (int tries = 0; tries < 2; tries++) {
      Answer signUp = signUp(email, PASSWORD, Map.of());
      ids.add(signUp.text("id"));
      assertThat(shape(signUp, email)).isEqualTo(shape(signUp(newEmail(), PASSWORD, Map.of()), ""));
    }
    assertThat(ids).as("a fresh id each time").hasSize(3);
    Answer invited = api.post("/auth/v1/invite", key, Map.of("email", email));
    assertThat(invited.text("id")).as("the operator may know").isEqualTo(account);
  }

  @Test
  void signsInAndRegistersByMail() {
    assertEmpty(api.post("/auth/v1/otp", Map.of("email", email, "data", Map.of("name", "Ada"))));
    Answer created = verify("email", email, mail("confirm").code());
    assertThat(created.body().at("/user/user_metadata/name").asText()).isEqualTo("Ada");

    assertEmpty(api.post("/auth/v1/magiclink", Map.of("email", email)));
    Mailed mail = mail("sign-in");
    Answer session =
        api.post("/auth/v1/verify", Map.of("type", "magiclink", "token_hash", mail.token()));

    assertThat(session.body().at("/user/id")).isEqualTo(created.body().at("/user/id"));
    assertThat(session.status()).isEqualTo(200);
  }

  private Answer signUp(String address, String password, Map<String, ?> more) {
    Map<String, Object> body = new HashMap<>(more);
    body.put("email", address);
    body.put("password", password);
    return api.post("/auth/v1/signup" + TO_APP, body);
  }

  private Answer confirmed(String address) {
    signUp(address, PASSWORD, Map.of());
    return verify("signup", address, Mailed.newest(SERVICE, address, "confirm").code());
  }

  private String otherConfirmed() {
    String address = newEmail();
    confirmed(address);
    return address;
  }

  private Answer signIn(String address, String password) {
    return api.post(
        "/auth/v1/token?grant_type=password", Map.of("email", address, "password", password));
  }

  private Answer verify(String type, String address, String code) {
    return api.post("/auth/v1/verify", Map.of("type", type, "email", address, "token", code));
  }

  private Answer exchange(String code, String verifier) {
    return api.post(
        "/auth/v1/token?grant_type=pkce", Map.of("auth_code", code, "code_verifier", verifier));
  }

  private Mailed mail(String kind) {
    return Mailed.newest(SERVICE, email, kind);
  }

  private static String link(Mailed mail, String type) {
    return "/auth/v1/verify?token=" + mail.token() + "&type=" + type + TO_APP.replace('?', '&');
  }

  private static Map<String, String> challenge() {
    String hash =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(Crypto.sha256(VERIFIER.getBytes(US_ASCII)));
    return Map.of("code_challenge", hash, "code_challenge_method", "s256");
  }

  private static String location(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
    return response.headers().firstValue("location").orElse("");
  }

  private static Map<String, String> fragment(String url) {
    Map<String, String> values = new HashMap<>();
    for (String pair : URI.create(url).getRawFragment().split("&", -1)) {
      String[] parts = pair.split("=", 2);
      values.put(parts[0], parts[1]);
    }
    return values;
  }

  /** Returns the answer without what differs between any two registrations. */
  private static String shape(Answer answer, String address) {
    ObjectNode user = answer.body().deepCopy();
    String text =
        user.toString().replace(address.isEmpty() ? user.path("email").asText() : address, "E");
    assertThat(UUID.fromString(answer.text("id"))).isNotNull();
    return text.replaceAll("[0-9a-f-]{36}", "ID").replaceAll("2[0-9]{3}-[0-9T:.Z-]+", "TIME");
  }

  private static void assertEmpty(Answer answer) {
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    assertThat(answer.body().isObject()).isTrue();
    assertThat(answer.body()).isEmpty();
  }
}
