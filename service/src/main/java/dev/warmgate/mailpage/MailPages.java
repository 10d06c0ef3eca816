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
  private static final String CHANGE_ADDRESS = "change-address";

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

  /** A page with its status, and whether its link cannot be used any more. */
  record Shown(int status, MailPage page, boolean over) {}

  static Optional<ProofKind> find(String name) {
    return Arrays.stream(ProofKind.values())
        .filter(kind -> kind.toString().equals(name))
        .findFirst();
  }

  /**
   * Returns the page of a link.
   *
   * @param languages that the browser accepts
   */
  Shown show(ProofKind kind, String token, @Nullable String languages) {
    try {
      Proof proof = proofs.check(Evidence.ofLink(token), kind);
      return new Shown(OK, page(kind, proof, token, languages), false);
    } catch (ApiException refused) {
      return refused(refused, PageTexts.in(null, languages));
    }
  }

  /**
   * Does what the link is for.
   *
   * @param password as it was entered
   * @param languages that the browser accepts
   */
  Shown use(ProofKind kind, String token, @Nullable String password, @Nullable String languages) {
    Evidence link = Evidence.ofLink(token);
    MailPage page;
    String continueTo;
    try {
      Proof proof = proofs.check(link, kind);
      page = page(kind, proof, token, languages);
      continueTo = proofs.redirects().orSite(proof.redirectTo());
    } catch (ApiException refused) {
      return refused(refused, PageTexts.in(null, languages));
    }
    if (page.asksPassword() && password == null) {
      return refused(page, INPUT, "password-missing", "");
    }
    if (kind == ProofKind.SIGN_IN) {
      // Its form goes to the application.
      return new Shown(OK, page, false);
    }
    try {
      boolean whole = use(kind, link, password);
      String done = page.texts().of(section(kind), whole ? "done" : "half-done");
      String next = page.texts().of(section(kind), whole ? "next" : "other-half");
      return new Shown(OK, MailPage.message(page.texts(), done, next, continueTo), true);
    } catch (ApiException refused) {
      return switch (refused.type()) {
        case INVALID_PROOF -> refused(refused, page.texts());
        case WEAK_PASSWORD ->
            refused(
                page,
                refused.type().status(),
                "password-refused",
                refused.errors().getFirst().message());
        default -> refused(page, refused.type().status(), "refused", refused.type().title());
      };
    } catch (IllegalArgumentException notAPassword) {
      return refused(page, INPUT, "password-refused", String.valueOf(notAPassword.getMessage()));
    }
  }

  /** Returns whether the link has done all that it is for. */
  private boolean use(ProofKind kind, Evidence link, @Nullable String password) {
    TokenPair _ =
        switch (kind) {
          case CONFIRM -> registrations.confirm(link, new Password(password), null);
          case INVITE -> registrations.accept(link, new Password(password), null);
          case RESET -> recovery.reset(link, new Password(password), null);
          case ADDRESS_CHANGED -> addresses.undo(link, new Password(password), null);
          case CHANGE_ADDRESS_NEW, CHANGE_ADDRESS_CURRENT, SIGN_IN -> null;
        };
    return switch (kind) {
      case CHANGE_ADDRESS_NEW, CHANGE_ADDRESS_CURRENT -> addresses.confirm(link);
      default -> true;
    };
  }

  private static Shown refused(ApiException refusal, PageTexts texts) {
    if (refusal.type() != ProblemType.INVALID_PROOF) {
      throw refusal;
    }
    MailPage page =
        MailPage.message(texts, texts.of("invalid", "title"), texts.of("invalid", "text"), null);
    return new Shown(refusal.type().status(), page, true);
  }

  /** Shows the page again, with what was wrong. */
  private static Shown refused(MailPage page, int status, String text, String reason) {
    String message = page.texts().of(text).replace("{reason}", reason);
    return new Shown(status, page.withError(message), false);
  }

  private static MailPage page(
      ProofKind kind, Proof proof, String token, @Nullable String languages) {
    PageTexts texts = PageTexts.in(proof.locale(), languages);
    String section = section(kind);
    String title = filled(texts.of(section, "title"), proof);
    String text = filled(texts.of(section, "text"), proof);
    String button = texts.of(section, "button");
    if (kind != ProofKind.SIGN_IN) {
      boolean asksPassword = !section.equals(CHANGE_ADDRESS);
      return new MailPage(texts, title, text, null, button, asksPassword, null, null, null);
    }
    // Hands the link's token to the application that asked for the mail, if it said where it is.
    String application = proof.redirectTo();
    return application == null || !application.startsWith("http")
        ? MailPage.message(texts, title, texts.of(section, "enter-code"), null)
        : new MailPage(texts, title, text, null, button, false, application, token, null);
  }

  private static String filled(String text, Proof proof) {
    return text.replace("{address}", proof.address())
        .replace("{newEmail}", String.valueOf(proof.newEmail()))
        .replace("{account}", String.valueOf(proof.accountEmail()));
  }

  /** Returns where the texts of a page are. */
  private static String section(ProofKind kind) {
    return switch (kind) {
      case CHANGE_ADDRESS_NEW, CHANGE_ADDRESS_CURRENT -> CHANGE_ADDRESS;
      default -> kind.toString();
    };
  }
}
