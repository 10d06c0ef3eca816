package dev.warmgate.accountpage;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmgate.problem.ApiException;
import dev.warmgate.problem.Problem;
import dev.warmgate.problem.ProblemType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One page that is being put together, in one language. */
final class View {
  /** Of a URL, or the private scheme of an app. */
  private static final Pattern ORIGIN = Pattern.compile("^[a-z][a-z0-9+.-]*:(//[^/?#]*)?");

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private final Texts texts;
  private final String language;
  private final String base;
  private final Map<String, Object> model = new HashMap<>();
  private final List<String> paragraphs = new ArrayList<>();
  private final List<Map<String, Object>> fields = new ArrayList<>();
  private final List<Map<String, Object>> hidden = new ArrayList<>();
  private final List<Map<String, Object>> links = new ArrayList<>();
  private final Set<String> formTargets = new TreeSet<>();
  private int status = 200;
  private @Nullable ProblemType problem;
  private @Nullable Duration retryAfter;
  private boolean sendsToken = true;
  private boolean besideField;

  /**
   * @param base what the paths of pages begin with: the path of the issuer, which may be empty
   */
  View(Texts texts, String language, String base, String title) {
    this.texts = texts;
    this.language = language;
    this.base = base;
    model.put("title", title);
    model.put("alert", "");
  }

  private String say(String key, Object... values) {
    return texts.get(language, key, values);
  }

  View text(String key, Object... values) {
    paragraphs.add(say(key, values));
    return this;
  }

  View notice(String key) {
    model.put("notice", say(key));
    return this;
  }

  View link(String href, String key, Object... values) {
    links.add(Map.of("href", href.startsWith("/") ? base + href : href, "label", say(key, values)));
    return this;
  }

  /** Adds what only this page shows. */
  View with(String name, Object value) {
    model.put(name, value);
    return this;
  }

  /** Has a refusal of a field shown at this field, since the form is far below the title. */
  View refuseBesideField() {
    besideField = true;
    return this;
  }

  /** Adds the form, which goes to a page. */
  View form(String path, String button) {
    return form(path, button, false);
  }

  View form(String path, String button, boolean dangerous) {
    model.put(
        "form",
        Map.of(
            "action",
            path.startsWith("/") ? base + path : path,
            "button",
            say(button),
            "danger",
            dangerous,
            "fields",
            fields,
            "hidden",
            hidden));
    return this;
  }

  /** Adds a form that goes to an application, which gets none of our tokens but this one. */
  View handOver(String url, String token, String button) {
    sendsToken = false;
    hide("token", token);
    return mayLeadTo(url).form(url, button);
  }

  View hide(String name, @Nullable String value) {
    if (value != null) {
      hidden.add(Map.of("field", name, "value", value));
    }
    return this;
  }

  View email(String label, String value, boolean known) {
    return field("email", label, "email", known ? "username" : "email", "email", value, "");
  }

  View password(String name, String label) {
    return field(name, label, "password", "current-password", "", "", "");
  }

  View newPassword(String name, String label, int minLength) {
    return field(
        name, label, "password", "new-password", "", "", say("words.password-hint", minLength));
  }

  View plain(String name, String label, String value) {
    return field(name, label, "text", "off", "", value, "");
  }

  View code(String name, String label, boolean required) {
    field(name, label, "text", "one-time-code", "numeric", "", "");
    fields.getLast().put("required", required);
    return this;
  }

  /**
   * Adds a form that the browser's answer about a passkey is sent with.
   *
   * @param ceremony what is asked of the browser: {@code get} or {@code create}
   * @param options for that, in JSON
   * @param more what the form has besides
   */
  View passkey(
      String path, String ceremony, JsonNode options, String button, Map<String, Object> more) {
    Map<String, Object> passkey = new HashMap<>(more);
    passkey.put("action", base + path);
    passkey.put("ceremony", ceremony);
    passkey.put("options", options.toString());
    passkey.put("button", say(button));
    passkey.put("secondary", model.containsKey("form"));
    for (String text : List.of("failed", "known", "unsupported")) {
      passkey.put(text, say("passkey." + text));
    }
    passkey.put("noScript", say("passkey.no-script"));
    model.put("passkey", passkey);
    return this;
  }

  private View field(
      String id,
      String label,
      String type,
      String autocomplete,
      String mode,
      String value,
      String hint) {
    Map<String, Object> field = new HashMap<>();
    field.put("id", id);
    field.put("label", say(label));
    field.put("type", type);
    field.put("autocomplete", autocomplete);
    field.put("mode", mode);
    field.put("value", value);
    field.put("hint", hint);
    field.put("required", true);
    field.put("invalid", false);
    field.put("described", hint.isEmpty() ? "" : id + "-hint");
    fields.add(field);
    return this;
  }

  /** Lets the form lead elsewhere, which browsers check also for the redirect that follows it. */
  View mayLeadTo(@Nullable String url) {
    if (url != null) {
      ORIGIN.matcher(url).results().forEach(origin -> formTargets.add(origin.group()));
    }
    return this;
  }

  /** Says what was wrong, at its field if it is about one. */
  View refused(ApiException refusal) {
    String message =
        texts
            .find(language, "problems." + refusal.type().code())
            .orElseGet(() -> say("problems.other"));
    for (Problem.FieldError error : refusal.errors()) {
      message = about(error, message);
      // The services do not know whether a page asks for one password or for two.
      for (Map<String, Object> field : fields) {
        if (error.field().equals(field.get("id"))
            || ("new_" + error.field()).equals(field.get("id"))) {
          field.put("invalid", true);
          field.put("described", ("alert " + field.get("described")).strip());
          field.put("refusal", besideField ? message : "");
          model.put("besideField", besideField);
        }
      }
    }
    if (refusal.type() == ProblemType.RATE_LIMITED && refusal.retryAfter() != null) {
      message += " " + until(refusal.retryAfter().plusMillis(999).toSeconds());
    }
    model.put("alert", message);
    return status(refusal);
  }

  private String until(long seconds) {
    return seconds < 120
        ? say("words.wait-seconds", Math.max(1, seconds))
        : say("words.wait-minutes", (seconds + 59) / 60);
  }

  /** Says why nothing was done with what was sent for an earlier state of this page. */
  View conflict(String key) {
    model.put("alert", say(key));
    return status(new ApiException(ProblemType.CONFLICT));
  }

  /** Answers with the status of the refusal. */
  View status(ApiException refusal) {
    // A 401 needs a challenge, for which browsers ask in a window of their own.
    status = refusal.type().status() == 401 ? 403 : refusal.type().status();
    problem = refusal.type();
    retryAfter = refusal.retryAfter();
    return this;
  }

  /** The numbers of a message become the values of its text. */
  private String about(Problem.FieldError error, String otherwise) {
    Object[] numbers = NUMBER.matcher(error.message()).results().map(MatchResult::group).toArray();
    String key = "fields." + NUMBER.matcher(error.message()).replaceAll("#");
    return texts.find(language, key, numbers).orElse(otherwise);
  }

  int status() {
    return status;
  }

  @Nullable ProblemType problem() {
    return problem;
  }

  @Nullable Duration retryAfter() {
    return retryAfter;
  }

  Set<String> formTargets() {
    return formTargets;
  }

  /**
   * Returns all that the template needs of this page.
   *
   * @param token of its forms
   */
  Map<String, Object> model(String token) {
    if (sendsToken) {
      hide(PageForm.TOKEN, token);
    }
    model.put("token", token);
    model.put("texts", paragraphs);
    model.put("links", links);
    model.put("hasLinks", !links.isEmpty());
    return model;
  }
}
