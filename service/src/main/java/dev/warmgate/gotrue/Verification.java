package dev.warmgate.gotrue;

import dev.warmgate.accountpage.MailFlows;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.registration.SupabaseRegistrations;
import dev.warmgate.session.NewSession;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Does what the proofs of mails are for that were asked for in this form. */
final class Verification {
  /** How the client proves the address. */
  enum Means {
    CODE,
    LINK,
    /** By a link, and by the verifier of the client that asked for it. */
    LINK_OF_SAME_CLIENT
  }

  private static final Set<ProofKind> OPENING =
      EnumSet.of(ProofKind.CONFIRM, ProofKind.INVITE, ProofKind.RESET, ProofKind.SIGN_IN);

  private final MailFlows flows;
  private final SupabaseRegistrations registrations;
  private final SessionAnswers sessions;

  Verification(MailFlows flows, SupabaseRegistrations registrations, SessionAnswers sessions) {
    this.flows = flows;
    this.registrations = registrations;
    this.sessions = sessions;
  }

  /** Returns whether a proof opens a session; otherwise it is of a change of address. */
  static boolean opensSession(Proof proof) {
    return OPENING.contains(kind(proof));
  }

  static ProofKind kind(Proof proof) {
    return ProofKind.find(proof.kind())
        .orElseThrow(() -> new ApiException(ProblemType.INVALID_PROOF));
  }

  /**
   * Opens the session of a proof.
   *
   * @param password of a new account, if it comes with the proof
   * @throws ApiException 403 if the proof is not good any more, 422 if the password is not
   *     acceptable
   */
  SessionAnswer open(
      Proof proof, Means means, @Nullable Password password, @Nullable String userAgent) {
    NewSession session = sessions.begin(method(proof, means), userAgent);
    return sessions.opened(session, open(proof, means, password, session));
  }

  private UUID open(Proof proof, Means means, @Nullable Password password, NewSession session) {
    return switch (kind(proof)) {
      case CONFIRM ->
          password == null
              ? registrations.confirm(proof, isOwn(proof, means), session)
              : registrations.confirm(proof, password, session);
      case INVITE ->
          password == null
              ? registrations.confirm(proof, true, session)
              : registrations.confirm(proof, password, session);
      case RESET, SIGN_IN -> flows.mailLogins().open(proof, session);
      default -> throw new ApiException(ProblemType.INVALID_PROOF);
    };
  }

  /**
   * Whether the client is the one that registered, whose password comes into effect. A link of a
   * stranger's registration proves nothing of the kind, nor does a code if several wait.
   */
  private boolean isOwn(Proof proof, Means means) {
    return switch (means) {
      case CODE -> !registrations.isDisputed(proof);
      case LINK -> false;
      case LINK_OF_SAME_CLIENT -> true;
    };
  }

  private static String method(Proof proof, Means means) {
    return switch (kind(proof)) {
      case RESET -> Methods.RECOVERY;
      case INVITE -> "invite";
      case CONFIRM -> proof.passwordHash() == null ? byMail(means) : "email/signup";
      default -> byMail(means);
    };
  }

  private static String byMail(Means means) {
    return means == Means.CODE ? "otp" : "magiclink";
  }

  /**
   * Confirms one half of a change of address.
   *
   * @return whether the address has changed
   * @throws ApiException as {@link dev.warmgate.addresschange.AddressChangeService#confirm}
   */
  boolean change(Proof proof) {
    return flows.addresses().confirm(proof);
  }
}
