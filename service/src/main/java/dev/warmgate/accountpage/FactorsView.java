package dev.warmgate.accountpage;

import dev.warmgate.factor.FactorDao;
import dev.warmgate.passkey.PasskeyService;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page of an account's second factors, and the one that shows recovery codes once. */
final class FactorsView {
  private final Site site;
  private final PasskeyService passkeys;

  FactorsView(Site site, PasskeyService passkeys) {
    this.site = site;
    this.passkeys = passkeys;
  }

  /**
   * @param factors that are confirmed
   * @param codes how many recovery codes are left
   */
  View of(Visit visit, List<FactorDao.Listed> factors, int codes) {
    String language = visit.language();
    Map<String, Object> model = new HashMap<>();
    model.put("hasFactors", !factors.isEmpty());
    model.put("list", factors.stream().map(factor -> factor(factor, language)).toList());
    for (String word : List.of("added", "used")) {
      model.put(word + "Label", say(language, "factors." + word));
    }
    model.put("unused", say(language, "factors.unused"));
    model.put("removeWord", say(language, "factors.remove"));
    model.put("left", factors.isEmpty() ? "" : say(language, "factors.left", codes));
    model.put("newCodes", path("/recovery-codes"));
    model.put("newCodesWord", say(language, "factors.new-codes"));
    View page =
        visit
            .view("factors")
            .text(factors.isEmpty() ? none() : "factors.some")
            .with("factors", model);
    if (passkeys.isOnPages()) {
      page.link("/account/factors/passkey", "factors.add-passkey");
    } else if (passkeys.lackAName()) {
      page.text("factors.nameless");
    }
    return page.link("/account/factors/app", "factors.add-app").link("/account", "words.back");
  }

  /**
   * Asks whether to remove a factor.
   *
   * @param last whether none is left then
   */
  static View removal(Visit visit, FactorDao.Listed factor, boolean last) {
    return visit
        .view("remove-factor")
        .text(last ? "remove-factor.last" : "remove-factor.text", factor.name())
        .form("/account/factors/" + factor.id() + "/remove", "remove-factor.button", true)
        .link("/account/factors", "remove-factor.back");
  }

  /** Asks whether to replace the recovery codes. */
  static View newCodes(Visit visit) {
    return visit
        .view("new-codes")
        .text("new-codes.text")
        .form("/account/factors/recovery-codes", "new-codes.button", true)
        .link("/account/factors", "remove-factor.back");
  }

  View codes(Visit visit, List<String> codes) {
    return visit
        .view("recovery-codes")
        .text("recovery-codes.text")
        .with("codes", Map.of("each", codes))
        .link("/account/factors", "words.continue");
  }

  private String none() {
    return passkeys.isOnPages() ? "factors.none" : "factors.none-app";
  }

  private String path(String rest) {
    return site.base() + Site.ROOT + "/factors" + rest;
  }

  private String say(String language, String key, Object... values) {
    return site.texts().get(language, key, values);
  }

  private Map<String, Object> factor(FactorDao.Listed factor, String language) {
    Map<String, Object> model = new HashMap<>();
    model.put("name", factor.name());
    model.put("kind", say(language, "factors." + factor.kind()));
    model.put("added", factor.createdAt().toString());
    model.put("addedText", time(factor.createdAt(), language));
    boolean used = factor.lastUsedAt() != null;
    model.put("used", used ? factor.lastUsedAt().toString() : "");
    model.put("usedText", used ? time(factor.lastUsedAt(), language) : "");
    model.put("remove", path("/" + factor.id() + "/remove"));
    model.put("removeLabel", say(language, "factors.remove-one", factor.name()));
    return model;
  }

  /** In UTC, since only the browser knows where its owner is; the script shows their time. */
  static String time(Instant instant, String language) {
    return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
            .withLocale(Locale.forLanguageTag(language))
            .format(instant.atOffset(ZoneOffset.UTC))
        + " UTC";
  }
}
