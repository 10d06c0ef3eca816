package dev.warmgate.gotrue;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.warmgate.account.EmailAddress;
import dev.warmgate.account.Metadata;
import dev.warmgate.admin.AdminService;
import dev.warmgate.audit.AuditEvent;
import dev.warmgate.mail.MailSecrets;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.proof.LinkTarget;
import dev.warmgate.proof.NewProof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.registration.SupabaseRegistrations;
import java.net.URLEncoder;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/** Invites, and makes links for the operator to hand over; both tell the operator who is known. */
final class AdminLinks {
  private final SupabaseRegistrations registrations;
  private final Users users;
  private final Proofs proofs;
  private final Redirects redirects;
  private final String issuer;
  private final Clock clock;

  AdminLinks(
      SupabaseRegistrations registrations,
      Users users,
      Proofs proofs,
      Redirects redirects,
      String issuer,
      Clock clock) {
    this.registrations = registrations;
    this.users = users;
    this.proofs = proofs;
    this.redirects = redirects;
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * @throws ApiException 403 if the address is an admin's, 409 if it has a proven account or no
   *     mail is sent
   */
  User invite(EmailAddress email, Metadata metadata, LinkTarget target) {
    UUID id = idOf(email);
    NewProof _ = registrations.invite(email, metadata.json(), target, id, true);
    return User.pending(id, email, metadata, now(), true);
  }

  /**
   * @throws ApiException 403 if the address is an admin's, 404 if the account is unknown that the
   *     link is for, 409 if the address of a new one has a proven account
   */
  AdminLinksResource.Link generate(String type, JsonBody body, LinkTarget target) {
    EmailAddress email = body.requiredEmail();
    Metadata metadata = body.metadata("data").orElse(Metadata.NONE);
    UUID id = idOf(email);
    return switch (type) {
      case "signup" -> {
        Password password =
            body.password("password")
                .orElseThrow(() -> GoTrueException.invalid("Signup requires a valid password"));
        NewProof proof = registrations.prepare(email, password, metadata.json(), target, id);
        yield link(User.pending(id, email, metadata, now(), false), proof, type, target);
      }
      case "invite" -> {
        NewProof proof = registrations.invite(email, metadata.json(), target, id, false);
        yield link(User.pending(id, email, metadata, now(), true), proof, type, target);
      }
      case "magiclink" ->
          ofOwner(ProofKind.SIGN_IN, AuditEvent.EMAIL_LOGIN_REQUESTED, email, type, target);
      case "recovery" ->
          ofOwner(ProofKind.RESET, AuditEvent.RECOVERY_REQUESTED, email, type, target);
      default ->
          throw GoTrueException.invalid("type must be signup, invite, magiclink or recovery");
    };
  }

  /**
   * Returns the id that the user will have: of an account that waits for its proof, or a new one.
   *
   * @throws ApiException 403 if it is an admin's, whom the operator has made: their address waits
   *     for a proof of their own
   */
  private UUID idOf(EmailAddress email) {
    Optional<UserDao.Row> known = users.known(email);
    known.ifPresent(user -> AdminService.requireNoAdmin(user.role()));
    return known.map(UserDao.Row::id).orElseGet(UUID::randomUUID);
  }

  private AdminLinksResource.Link ofOwner(
      ProofKind kind, AuditEvent event, EmailAddress email, String type, LinkTarget target) {
    UserDao.Row user = users.findManaged(email);
    NewProof proof =
        proofs.supabase().prepareForOwner(kind, event, user.emailKey(), user.email(), target);
    return link(User.of(user), proof, type, target);
  }

  private AdminLinksResource.Link link(User user, NewProof proof, String type, LinkTarget target) {
    MailSecrets secrets = proofs.supabase().secrets();
    String secret = secrets.link(proof.keyId(), proof.id());
    String leadsTo = redirects.url(target.redirectTo());
    return new AdminLinksResource.Link(
        user,
        "%s/auth/v1/verify?token=%s&type=%s&redirect_to=%s"
            .formatted(issuer, secret, type, URLEncoder.encode(leadsTo, UTF_8)),
        secrets.code(proof.keyId(), proof.id()),
        secret,
        type,
        leadsTo);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
