package dev.warmgate.accountpage;

import dev.warmgate.account.Accounts;
import dev.warmgate.factor.Factors;
import dev.warmgate.passkey.PasskeyService;
import dev.warmgate.problem.ErrorPages;
import dev.warmgate.request.PageAuthentication;
import dev.warmgate.request.TokenVerification;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.session.Sessions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The wiring of the pages.
 *
 * @param endpoints resource classes
 * @param components what Jersey needs besides
 */
public record AccountPages(
    PageAuthentication authentication,
    ErrorPages errors,
    List<Object> endpoints,
    List<Object> components) {
  /**
   * @param issuer where clients reach the service; the request's Host is never believed
   * @param language of people whose language is unknown
   * @param minLength of a new password
   * @param secrets keys from which those of forms are derived
   * @param deviceLifetime of device tokens
   * @param application for links that sign in to an application, if there is such an API
   */
  public static AccountPages of(
      AccountPagesConfiguration configuration,
      String issuer,
      String language,
      int minLength,
      SecretKeys secrets,
      TokenVerification verification,
      Accounts accounts,
      Sessions sessions,
      Factors factors,
      PasskeyService passkeys,
      MailFlows flows,
      Duration deviceLifetime,
      @Nullable ApplicationSignIn application) {
    PageCookies cookies = new PageCookies(issuer);
    FormTokens forms = new FormTokens(secrets);
    PageSessions pageSessions =
        new PageSessions(
            cookies,
            verification,
            sessions.service(),
            sessions.grants(),
            accounts.service(),
            deviceLifetime);
    Site site = new Site(configuration, issuer, new Texts(language), cookies, forms, pageSessions);
    Offers offers =
        new Offers(
            flows.registrations().isOpen(),
            flows.proofs().sendsMail(),
            flows.mailLogins().isOn(),
            flows.proofs().redirects().siteUrl(),
            minLength);
    var redirects = flows.proofs().redirects();
    FactorsView factorsView = new FactorsView(site, passkeys);
    FreshProof proof = new FreshProof(accounts.service(), accounts.freshAuthentication());
    NewFactors newFactors = new NewFactors(factorsView, proof);
    return new AccountPages(
        pageSessions,
        site,
        List.of(
            new AssetResource(site.assets()),
            new SignInResource(site, offers, sessions.service(), passkeys, redirects),
            new SecondStepResource(site, factors.mfa(), passkeys, redirects),
            new StepUpResource(site, factors.mfa(), factors.service(), passkeys),
            new FactorsResource(
                site, factorsView, factors.service(), accounts.freshAuthentication()),
            new PasskeyPageResource(site, newFactors, passkeys),
            new AppPageResource(site, newFactors, factors.service()),
            new RegisterResource(site, offers, flows.registrations(), redirects),
            new MailRequestResource(site, flows.recovery(), flows.mailLogins(), redirects),
            new CodeResource(site, offers, flows, sessions.service(), redirects),
            new LinkResource(
                site,
                new LinkPages(offers, flows.registrations()),
                flows,
                sessions.service(),
                application),
            new OwnAccountResource(
                site,
                new AccountView(site, offers),
                accounts.service(),
                sessions.own(),
                factors.service(),
                proof),
            new AccountChangeResource(
                site,
                offers,
                accounts.service(),
                accounts.freshAuthentication(),
                flows.addresses(),
                sessions.passwordChanges())),
        List.of(pageSessions, new PageFormReader(cookies, forms, issuer), new HtmlWriter()));
  }
}
