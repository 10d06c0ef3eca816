package dev.warmgate.gotrue;

import dev.warmgate.account.Accounts;
import dev.warmgate.accountpage.ApplicationSignIn;
import dev.warmgate.accountpage.MailFlows;
import dev.warmgate.admin.AdminService;
import dev.warmgate.factor.Factors;
import dev.warmgate.foundation.Foundation;
import dev.warmgate.problem.ForeignErrors;
import dev.warmgate.ratelimit.RateLimits;
import dev.warmgate.registration.SupabaseRegistrations;
import dev.warmgate.request.Admission;
import dev.warmgate.secret.SecretKeys;
import dev.warmgate.session.RotationDao;
import dev.warmgate.session.Sessions;
import dev.warmgate.signingkey.JwksResource;
import dev.warmgate.token.SupabaseTokens;
import java.time.Clock;
import java.util.List;
import java.util.UUID;

/**
 * The wiring of the Supabase form of the API.
 *
 * @param endpoints resource classes
 * @param components what Jersey needs besides
 * @param links signs people in by the links of mails
 */
public record GoTrue(
    List<Object> endpoints,
    List<Object> components,
    ForeignErrors errors,
    ApplicationSignIn links) {
  /**
   * @param keys sign refresh tokens, and here the challenges of factors
   * @param issuer where clients and the pages of links reach the service
   */
  public static GoTrue of(
      Foundation foundation,
      String issuer,
      SupabaseTokens tokens,
      Accounts accounts,
      Sessions sessions,
      AdminService admin,
      Factors factors,
      SecretKeys keys,
      MailFlows flows,
      SupabaseRegistrations registrations,
      RateLimits rates,
      Admission hashing,
      JwksResource jwks) {
    Clock clock = foundation.clock();
    BodyLimits limits = new BodyLimits(rates, hashing);
    UserDao dao = foundation.database().dao(UserDao.class);
    UUID nobody = UUID.randomUUID();
    foundation
        .database()
        .prepare(
            () -> dao.find(nobody, nobody),
            () -> dao.rotate(RotationDao.Rotation.example(nobody, new byte[32])));
    Users users = new Users(dao);
    Redirects redirects = new Redirects(flows.proofs().redirects(), issuer);
    SessionAnswers answers = new SessionAnswers(sessions.supabase(), tokens, dao, clock);
    Verification verification = new Verification(flows, registrations, answers);
    UserChanges changes =
        new UserChanges(
            dao,
            new OwnerProofs(
                accounts.service(), accounts.freshAuthentication(), flows.proofs(), clock),
            accounts.service(),
            accounts.metadata(),
            sessions.passwordChanges(),
            flows.addresses(),
            clock);
    AdminUsers adminUsers =
        new AdminUsers(
            foundation.database().dao(AdminUserDao.class),
            users,
            accounts.service(),
            admin,
            factors.resets(),
            foundation.revocations(),
            foundation.audit());
    AdminLinks adminLinks =
        new AdminLinks(registrations, users, flows.proofs(), redirects, issuer, clock);
    GoTrueErrors errors = new GoTrueErrors();
    return new GoTrue(
        List.of(
            new SignupResource(registrations, answers, redirects, clock),
            new TokenResource(sessions.service(), answers, flows.proofs(), verification, limits),
            new UserResource(changes, sessions.own(), redirects, limits),
            new MailResource(
                flows,
                registrations,
                new ChangeMails(dao, flows.addresses(), flows.proofs(), foundation.audit()),
                redirects),
            new VerifyResource(flows.proofs(), verification, users, redirects, issuer),
            new SettingsResource(registrations, jwks),
            new AdminUsersResource(adminUsers, users),
            new AdminLinksResource(adminLinks, redirects),
            new FactorsResource(
                new SecondFactors(
                    factors.service(),
                    factors.mfa(),
                    accounts.freshAuthentication(),
                    new FactorChallenges(keys, clock),
                    answers)),
            new DisabledResource()),
        List.of(new JsonBody.Reader(), errors),
        errors,
        new LinkSessions(verification, redirects));
  }
}
