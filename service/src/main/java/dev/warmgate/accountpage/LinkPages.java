package dev.warmgate.accountpage;

import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.proof.Evidence;
import dev.warmgate.proof.Proof;
import dev.warmgate.proof.ProofKind;
import dev.warmgate.registration.RegistrationService;
import org.jspecify.annotations.Nullable;

/** What the pages of links say. */
final class LinkPages {
  /**
   * The field that says which link a form belongs to: another one may have been opened in this
   * browser since, also by a page that wants its own account to be used.
   */
  static final String LINK = "link";

  /** Of a sign-in of which nothing is said. */
  static final String SIGNED_IN = "signed-in";

  private final Offers offers;
  private final RegistrationService registrations;

  LinkPages(Offers offers, RegistrationService registrations) {
    this.offers = offers;
    this.registrations = registrations;
  }

  View invalid(Visit visit, ApiException refusal) {
    View page =
        visit.titled("link.invalid").text("link.invalid-text").link("/account", "words.start");
    return page.status(refusal);
  }

  /** The page of a link whose secret this browser does not have any more. */
  View notOpened(Visit visit) {
    return visit
        .titled("link.not-opened")
        .text("link.not-opened-text")
        .link("/account", "words.start")
        .status(new ApiException(ProblemType.INVALID_PROOF));
  }

  View changed(Visit visit, boolean changed, @Nullable String target) {
    String key = changed ? "change-address.done" : "change-address.half";
    View page = visit.titled(key).text(key + "-text");
    return target == null
        ? page.link("/account", "words.start")
        : page.link(target, "words.continue");
  }

  /** Returns what is said after the sign-in that comes with a proof of this kind. */
  static String done(ProofKind kind) {
    return switch (kind) {
      case CONFIRM -> "confirmed";
      case INVITE -> "registered";
      case RESET -> "reset";
      case ADDRESS_CHANGED -> "undone";
      default -> SIGNED_IN;
    };
  }

  /** Whether the page asks for the password of a new account. */
  static boolean asksForPassword(ProofKind kind, Proof proof) {
    return kind == ProofKind.INVITE || (kind == ProofKind.CONFIRM && proof.passwordHash() != null);
  }

  /** Returns the page of a link that signs in to an application. */
  View form(Visit visit, ProofKind kind, Proof proof, String application) {
    if (!asksForPassword(kind, proof)) {
      return visit
          .view("link-sign-in", proof.address())
          .text("link-sign-in.text")
          .form("/account/link/" + kind, "link-sign-in.button")
          .hide(LINK, proof.id().toString())
          .mayLeadTo(application);
    }
    View page = form(visit, kind, kind.toString(), proof).mayLeadTo(application);
    return withPassword(page.text(kind + ".text", proof.address()));
  }

  View form(Visit visit, ProofKind kind, Proof proof, Evidence evidence) {
    String address = proof.address();
    return switch (kind) {
      case CONFIRM ->
          registrations.knowsPassword(evidence, proof)
              ? form(visit, kind, "confirm", proof).text("confirm.known", address)
              : withPassword(form(visit, kind, "confirm", proof).text("confirm.text", address));
      case INVITE, RESET, ADDRESS_CHANGED ->
          withPassword(form(visit, kind, kind.toString(), proof).text(kind + ".text", address));
      case CHANGE_ADDRESS_NEW, CHANGE_ADDRESS_CURRENT ->
          form(visit, kind, "change-address", proof)
              .text(
                  "change-address.text",
                  String.valueOf(proof.newEmail()),
                  String.valueOf(proof.accountEmail()));
      case REAUTHENTICATE -> throw new ApiException(ProblemType.INVALID_PROOF);
      case SIGN_IN -> signIn(visit, kind, proof, evidence);
    };
  }

  private static View form(Visit visit, ProofKind kind, String key, Proof proof) {
    return visit
        .view(key)
        .form("/account/link/" + kind, key + ".button")
        .hide(LINK, proof.id().toString())
        .mayLeadTo(proof.redirectTo());
  }

  private View withPassword(View page) {
    return page.newPassword("new_password", "words.new-password", offers.minLength());
  }

  /**
   * Hands the link's token to the application that asked for the mail, if it said where it is;
   * otherwise it was asked for here.
   */
  private static View signIn(Visit visit, ProofKind kind, Proof proof, Evidence evidence) {
    View page = visit.view("link-sign-in", proof.address());
    String application = proof.redirectTo();
    if (application == null) {
      String wanted = visit.pending(kind).map(PendingProof::redirectTo).orElse(null);
      return page.text("link-sign-in.text")
          .form("/account/link/" + kind, "link-sign-in.button")
          .hide(LINK, proof.id().toString())
          .mayLeadTo(wanted);
    }
    return application.startsWith("http")
        ? page.text("link-sign-in.text")
            .handOver(application, String.valueOf(evidence.token()), "link-sign-in.button")
        : page.text("link-sign-in.code");
  }
}
