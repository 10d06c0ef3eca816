package dev.warmgate.accountpage;

import dev.warmgate.account.Account;
import dev.warmgate.request.Caller;
import dev.warmgate.session.DeviceName;
import dev.warmgate.session.SessionDao;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page of an account: how its owner signs in, and where they are signed in. */
final class AccountView {
  private static final int MAX_LENGTH = 60;

  private final Site site;
  private final Offers offers;

  AccountView(Site site, Offers offers) {
    this.site = site;
    this.offers = offers;
  }

  /**
   * @param factors the names of the second factors
   */
  View of(
      Visit visit,
      Account account,
      List<String> factors,
      Caller caller,
      List<SessionDao.Listed> sessions) {
    String language = visit.language();
    Map<String, Object> model = new HashMap<>();
    say(model, language, "signInHeading", "account.sign-in");
    say(model, language, "emailLabel", "words.email");
    say(model, language, "passwordLabel", "words.password");
    say(model, language, "changeAddress", "account.change-address");
    boolean hasPassword = account.passwordHash() != null;
    say(
        model,
        language,
        "changePassword",
        hasPassword ? "account.change-password" : "account.set-password");
    model.put(
        "passwordText",
        hasPassword ? "••••••••" : site.texts().get(language, "account.no-password"));
    say(model, language, "factorsLabel", "account.factors");
    say(model, language, "manageFactors", "account.factors-manage");
    model.put("factorsLink", path("/factors"));
    model.put(
        "factorsText",
        factors.isEmpty()
            ? site.texts().get(language, "account.factors-none")
            : String.join(", ", factors));
    say(model, language, "sessionsHeading", "account.sessions");
    say(model, language, "startedLabel", "account.started");
    say(model, language, "usedLabel", "account.used");
    say(model, language, "endWord", "account.end");
    say(model, language, "endOthers", "account.end-others");
    say(model, language, "signOutWord", "account.sign-out");
    say(model, language, "deleteWord", "account.delete");
    model.put("email", account.email());
    model.put(
        "unproven",
        account.emailVerified() || !offers.mail()
            ? ""
            : site.texts().get(language, "account.unproven"));
    model.put("addressLink", offers.mail() ? path("/address") : "");
    model.put("passwordLink", path("/password"));
    model.put("deleteLink", path("/delete"));
    model.put("signOut", path("/sign-out"));
    model.put("others", sessions.size() > 1 ? path("/sessions/end-others") : "");
    model.put(
        "sessions", sessions.stream().map(session -> session(session, caller, language)).toList());
    View page = visit.view("account").with("account", model);
    offers.linkSite(page);
    return page;
  }

  private String path(String rest) {
    return site.base() + Site.ROOT + rest;
  }

  private void say(Map<String, Object> model, String language, String name, String key) {
    model.put(name, site.texts().get(language, key));
  }

  private Map<String, Object> session(SessionDao.Listed session, Caller caller, String language) {
    String device = device(session.userAgent(), language);
    Map<String, Object> model = new HashMap<>();
    model.put("device", device);
    model.put(
        "current",
        session.id().equals(caller.sessionId())
            ? site.texts().get(language, "account.current")
            : "");
    model.put("started", session.createdAt().toString());
    model.put("startedText", FactorsView.time(session.createdAt(), language));
    model.put("used", session.lastUsedAt().toString());
    model.put("usedText", FactorsView.time(session.lastUsedAt(), language));
    model.put("end", path("/sessions/" + session.id() + "/end"));
    model.put("endLabel", site.texts().get(language, "account.end-one", device));
    return model;
  }

  /** Browser and system, or what the client calls itself if it is no browser. */
  private String device(@Nullable String userAgent, String language) {
    if (userAgent == null || userAgent.isBlank()) {
      return site.texts().get(language, "account.unknown-device");
    }
    DeviceName name = DeviceName.of(userAgent);
    if (name.browser().isPresent() && name.system().isPresent()) {
      return site.texts()
          .get(language, "account.device", name.browser().get(), name.system().get());
    }
    return name.browser()
        .or(name::system)
        .orElseGet(() ->
            userAgent.length() <= MAX_LENGTH
                ? userAgent
                : userAgent.substring(0, MAX_LENGTH) + "…");
  }
}
