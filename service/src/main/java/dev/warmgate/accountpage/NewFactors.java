package dev.warmgate.accountpage;

import dev.warmgate.factor.FactorService;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.ProblemType;
import dev.warmgate.session.DeviceName;
import jakarta.ws.rs.core.Response;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** What the pages that add a factor have in common: who may, its name, and what follows. */
final class NewFactors {
  static final String NAME = "name";

  private static final int MAX_LENGTH = 64;
  private static final Pattern NAMES = Pattern.compile(FactorService.NAMES);

  private final FactorsView view;
  private final FreshProof proof;

  NewFactors(FactorsView view, FreshProof proof) {
    this.view = view;
    this.proof = proof;
  }

  /**
   * Shows the page, or asks for the proof that it needs first: the second factor if there is one,
   * otherwise the password.
   */
  Response show(Visit visit, PageForm form, String path, Supplier<View> page) {
    return show(visit, form, path, page, UnaryOperator.identity());
  }

  /**
   * As {@link #show(Visit, PageForm, String, Supplier)}, with what else to ask for beside the
   * password.
   */
  Response show(
      Visit visit, PageForm form, String path, Supplier<View> page, UnaryOperator<View> beside) {
    return proof.before(
        () -> visit.show(page.get()),
        visit,
        form,
        new FreshProof.Question(path, "/account/factors", beside, () -> refused(visit)));
  }

  /** Where a factor cannot be added at all. */
  private static View refused(Visit visit) {
    return visit.view("factors").link("/account/factors", "words.back");
  }

  /**
   * @throws ApiException 422 if there is none, or it is too long or has characters that cannot be
   *     used
   */
  static String name(PageForm form) {
    String name = form.code(NAME).strip();
    if (NAMES.matcher(name).matches()) {
      return name;
    }
    throw ApiException.field(
        ProblemType.VALIDATION_FAILED,
        NAME,
        name.codePointCount(0, name.length()) > MAX_LENGTH
            ? "must be 1 to 64 characters on one line"
            : "has a character that cannot be used");
  }

  /** Returns a name for a factor of this browser, which its owner may change. */
  static String proposal(Visit visit) {
    DeviceName device = DeviceName.of(visit.userAgent());
    return device.browser().isPresent() && device.system().isPresent()
        ? device.browser().get() + " · " + device.system().get()
        : "";
  }

  /** Shows the recovery codes if it is the first factor. */
  Response added(Visit visit, FactorService.Confirmed confirmed, String done) {
    visit.raised(confirmed.token());
    return confirmed.recoveryCodes() == null
        ? visit.redirect("/account/factors?done=" + done)
        : visit.show(view.codes(visit, confirmed.recoveryCodes()));
  }
}
