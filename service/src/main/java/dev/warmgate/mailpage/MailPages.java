package dev.warmgate.mailpage;

import dev.warmgate.addresschange.AddressChangeService;
import dev.warmgate.password.Password;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.proof.Proofs;
import dev.warmgate.recovery.RecoveryService;
import dev.warmgate.registration.RegistrationService;
import dev.warmgate.session.TokenPair;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the pages of links say and do. Looking at a page uses nothing up; only its button does. No
 * session is opened, since a page has nowhere to keep one.
 */
public final class MailPages {
  private static final int OK = 200;
  private static final int INPUT = ProblemType.VALIDATION_FAILED.status();

  private static final MailPage INVALID =
      MailPage.message(
          "This link is not valid any more",
          "It was used before, or has run out. Please ask for a new mail.",
          null);

  private final Proofs proofs;
  private final RegistrationService registrations;
  private final RecoveryService recovery;
  private final AddressChangeService addresses;

  public MailPages(
      Proofs proofs,
      RegistrationService registrations,
      RecoveryService recovery,
      AddressChangeService addresses) {
    this.proofs = proofs;
    this.registrations = registrations;
    this.recovery = recovery;
    this.addresses = addresses;
  }

  /** A page with its status, and whether its link is over. */
  record Shown(int status, MailPage page, boolean over) {}

  static Optional<ProofKind> find(String name) {
    return Arrays.stream(ProofKind.values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst();
  }

  /** Returns the page of a link. */
  Shown show(ProofKind kind, String token) {
    try {
      return new Shown(OK, page(kind, proofs.check(Evidence.ofLink(token), kind), token), false);
    } catch (ApiException refused) {
      return refused(refused);
    }
  }

  /**
   * Does what the link is for.
   *
   * @param password as it was entered
   */
  Shown use(ProofKind kind, String token, @Nullable String password) {
    Evidence link = Evidence.ofLink(token);
    MailPage page;
    String continueTo;
    try {
      Proof proof = proofs.check(link, kind);
      page = page(kind, proof, token);
      continueTo = proofs.redirects().orSite(proof.redirectTo());
    } catch (ApiException refused) {
      return refused(refused);
    }
    if (page.asksPassword() && password == null) {
      return new Shown(INPUT, page.withError("Please enter a password."), false);
    }
    try {
      return switch (kind) {
        case CONFIRM -> {
          TokenPair _ = registrations.confirm(link, new Password(password), null);
          yield done("Your address is confirmed", "You can sign in now.", continueTo);
        }
        case INVITE -> {
          TokenPair _ = registrations.accept(link, new Password(password), null);
          yield done("Your account is ready", "You can sign in now.", continueTo);
        }
        case RESET -> {
          TokenPair _ = recovery.reset(link, new Password(password), null);
          yield done(
              "Your password is set",
              "All sessions have ended. Sign in with the new password.",
              continueTo);
        }
        case CHANGE_ADDRESS_NEW, CHANGE_ADDRESS_CURRENT ->
            addresses.confirm(link)
                ? done(
                    "Your address is changed", "Sign in with the new one from now on.", continueTo)
                : done(
                    "Thank you",
                    "The address changes as soon as the other address has confirmed it, too.",
                    continueTo);
        case ADDRESS_CHANGED -> {
          TokenPair _ = addresses.undo(link, new Password(password), null);
          yield done(
              "The change is undone",
              "Your account has its old address again, and all sessions have ended.",
              continueTo);
        }
        // Its form goes to the application.
        case SIGN_IN -> new Shown(OK, page, false);
      };
    } catch (ApiException refused) {
      return refused.type() == ProblemType.INVALID_PROOF
          ? refused(refused)
          : new Shown(refused.type().status(), page.withError(explained(refused)), false);
    } catch (IllegalArgumentException notAPassword) {
      return new Shown(
          INPUT, page.withError("The password " + notAPassword.getMessage() + "."), false);
    }
  }

  private static Shown done(String title, String text, @Nullable String continueTo) {
    return new Shown(OK, MailPage.message(title, text, continueTo), true);
  }

  private static Shown refused(ApiException refusal) {
    if (refusal.type() != ProblemType.INVALID_PROOF) {
      throw refusal;
    }
    return new Shown(refusal.type().status(), INVALID, true);
  }

  private static String explained(ApiException refusal) {
    return refusal.errors().isEmpty()
        ? refusal.type().title() + "."
        : "The password " + refusal.errors().getFirst().message() + ".";
  }

  private static MailPage page(ProofKind kind, Proof proof, String token) {
    String address = proof.address();
    return switch (kind) {
      case CONFIRM ->
          form(
              "Confirm your address",
              "Choose the password of your account " + address + ".",
              "Confirm address",
              true);
      case INVITE ->
          form(
              "Accept the invitation",
              "Choose the password of your account " + address + ".",
              "Create account",
              true);
      case RESET ->
          form(
              "Set a new password",
              "For your account " + address + ". All sessions will end.",
              "Set password",
              true);
      case CHANGE_ADDRESS_NEW, CHANGE_ADDRESS_CURRENT ->
          form(
              "Confirm the change of address",
              "Your account is to have the address " + proof.newEmail() + ".",
              "Confirm change",
              false);
      case ADDRESS_CHANGED ->
          form(
              "Undo the change of address",
              "Your account gets back the address "
                  + address
                  + ". Choose a new password; all sessions will end.",
              "Undo change",
              true);
      case SIGN_IN -> signIn(proof, token);
    };
  }

  private static MailPage form(String title, String text, String button, boolean asksPassword) {
    return new MailPage(title, text, null, button, asksPassword, null, null, null);
  }

  /** Hands the link's token to the application that asked for the mail, if it said where it is. */
  private static MailPage signIn(Proof proof, String token) {
    String application = proof.redirectTo();
    String title = "Sign in as " + proof.address();
    return application == null || !application.startsWith("http")
        ? MailPage.message(
            title, "Return to where you asked to sign in, and enter the code of the mail.", null)
        : new MailPage(
            title,
            "If you did not ask to sign in, close this page.",
            null,
            "Sign in",
            false,
            application,
            token,
            null);
  }
}
