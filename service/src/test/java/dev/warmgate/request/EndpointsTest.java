package dev.warmgate.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmgate.testkit.Resources;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.glassfish.jersey.server.model.Resource;
import org.junit.jupiter.api.Test;

/**
 * Lists the callers that each endpoint admits and its lane, as {@link Endpoint} reads them for the
 * filters; a new endpoint must be added here.
 */
final class EndpointsTest {
  /**
   * "account" is any logged-in user. Roles and scopes are required where they are named. "factor"
   * requires a second factor of accounts, "fresh" a login or a factor within the last five minutes.
   * "before factor" admits callers who still have to use a second factor. "any audience" also
   * accepts tokens for other APIs. A "page" reads the session from a cookie and never from the
   * Authorization header.
   */
  private static final String ENDPOINTS =
      """
      DELETE /api/v1/admin/accounts/{id}/factors             | admin,service:admin, factor, fresh | full
      DELETE /api/v1/admin/accounts/{id}/sessions            | admin,service:admin, factor, fresh | full
      DELETE /api/v1/auth/factors/{id}                       | account                            | full
      DELETE /api/v1/auth/me                                 | account                            | full
      DELETE /api/v1/auth/sessions/{id}                      | account                            | full
      DELETE /api/v1/webhooks/{id}                           | admin,service:admin, factor, fresh | full
      DELETE /auth/v1/admin/users/{id}                       | service:admin, supabase            | full
      DELETE /auth/v1/admin/users/{id}/factors/{factor}      | service:admin, supabase            | full
      DELETE /auth/v1/factors/{id: [0-9a-fA-F-]{36}}         | account, supabase                  | full
      DELETE /auth/v1/{path: .+}                             | public, supabase                   | full
      GET /.well-known/jwks.json                             | public                             | fast
      GET /.well-known/oauth-authorization-server            | public                             | fast
      GET /account                                           | account, page                      | full
      GET /account/address                                   | account, page                      | full
      GET /account/assets/{name}                             | public, page                       | fast
      GET /account/code                                      | public, page                       | full
      GET /account/delete                                    | account, page                      | full
      GET /account/factors                                   | account, page                      | full
      GET /account/factors/app                               | account, page                      | full
      GET /account/factors/passkey                           | account, page                      | full
      GET /account/factors/recovery-codes                    | account, page                      | full
      GET /account/factors/{id}/remove                       | account, page                      | full
      GET /account/forgot                                    | public, page                       | full
      GET /account/link/{kind}                               | public, page                       | full
      GET /account/mail-sign-in                              | public, page                       | full
      GET /account/password                                  | account, page                      | full
      GET /account/register                                  | public, page                       | fast
      GET /account/second-step                               | public, page                       | full
      GET /account/sign-in                                   | public, page                       | fast
      GET /account/step-up                                   | account, page                      | full
      GET /api/v1/admin/accounts                             | admin,service:admin, factor        | full
      GET /api/v1/admin/accounts/{id}                        | admin,service:admin, factor        | full
      GET /api/v1/audit                                      | admin,service:admin, factor        | full
      GET /api/v1/auth/factors                               | account                            | full
      GET /api/v1/auth/jwks.json                             | public                             | fast
      GET /api/v1/auth/me                                    | account, any audience              | fast
      GET /api/v1/auth/middleware-status                     | public                             | fast
      GET /api/v1/auth/ping                                  | public                             | fast
      GET /api/v1/auth/sessions                              | account                            | full
      GET /api/v1/database/performance                       | service:performance                | full
      GET /api/v1/webhooks                                   | admin,service:admin, factor        | full
      GET /api/v1/webhooks/{id}                              | admin,service:admin, factor        | full
      GET /api/v1/webhooks/{id}/deliveries                   | admin,service:admin, factor        | full
      GET /auth/v1/.well-known/jwks.json                     | public, supabase                   | fast
      GET /auth/v1/admin/users                               | service:admin, supabase            | full
      GET /auth/v1/admin/users/{id}                          | service:admin, supabase            | full
      GET /auth/v1/admin/users/{id}/factors                  | service:admin, supabase            | full
      GET /auth/v1/health                                    | public, supabase                   | fast
      GET /auth/v1/reauthenticate                            | account, supabase                  | full
      GET /auth/v1/settings                                  | public, supabase                   | fast
      GET /auth/v1/user                                      | account, before factor, supabase   | fast
      GET /auth/v1/verify                                    | public, supabase                   | full
      GET /auth/v1/{path: .+}                                | public, supabase                   | full
      GET /openapi.json                                      | public                             | fast
      PATCH /api/v1/auth/me                                  | account                            | full
      PATCH /api/v1/webhooks/{id}                            | admin,service:admin, factor, fresh | full
      PATCH /auth/v1/{path: .+}                              | public, supabase                   | full
      POST /account/address                                  | account, page                      | full
      POST /account/code                                     | public, page                       | full
      POST /account/code/resend                              | public, page                       | full
      POST /account/delete                                   | account, page                      | full
      POST /account/factors/app                              | account, page                      | full
      POST /account/factors/passkey                          | account, page                      | full
      POST /account/factors/recovery-codes                   | account, page                      | full
      POST /account/factors/{id}/remove                      | account, page                      | full
      POST /account/forgot                                   | public, page                       | full
      POST /account/link/{kind}                              | public, page                       | full
      POST /account/mail-sign-in                             | public, page                       | full
      POST /account/password                                 | account, page                      | full
      POST /account/register                                 | public, page                       | fast
      POST /account/second-step                              | public, page                       | full
      POST /account/sessions/end-others                      | account, page                      | full
      POST /account/sessions/{id}/end                        | account, page                      | full
      POST /account/sign-in                                  | public, page                       | fast
      POST /account/sign-in/passkey                          | public, page                       | fast
      POST /account/sign-out                                 | account, page                      | fast
      POST /account/step-up                                  | account, page                      | full
      POST /api/v1/admin/accounts/search                     | admin,service:admin, factor        | full
      POST /api/v1/admin/accounts/{id}/disable               | admin,service:admin, factor, fresh | full
      POST /api/v1/admin/accounts/{id}/enable                | admin,service:admin, factor, fresh | full
      POST /api/v1/admin/accounts/{id}/reset                 | admin,service:admin, factor        | full
      POST /api/v1/admin/accounts/{id}/unlock                | admin,service:admin, factor        | full
      POST /api/v1/admin/invitations                         | admin,service:admin, factor        | full
      POST /api/v1/auth/accept-invitation                    | public                             | full
      POST /api/v1/auth/confirm                              | public                             | full
      POST /api/v1/auth/confirm/resend                       | public                             | full
      POST /api/v1/auth/email                                | account                            | full
      POST /api/v1/auth/email-login                          | public                             | full
      POST /api/v1/auth/email-login/verify                   | public                             | full
      POST /api/v1/auth/email/confirm                        | public                             | full
      POST /api/v1/auth/email/undo                           | public                             | full
      POST /api/v1/auth/factors                              | account                            | full
      POST /api/v1/auth/factors/recovery-codes               | account, factor, fresh             | full
      POST /api/v1/auth/factors/{id}/confirm                 | account                            | full
      POST /api/v1/auth/forgot                               | public                             | full
      POST /api/v1/auth/introspect                           | service:introspect                 | full
      POST /api/v1/auth/login                                | public                             | fast
      POST /api/v1/auth/logout                               | account, any audience              | fast
      POST /api/v1/auth/mfa/challenge                        | public                             | full
      POST /api/v1/auth/mfa/challenge/step-up                | account                            | full
      POST /api/v1/auth/mfa/step-up                          | account                            | full
      POST /api/v1/auth/mfa/verify                           | public                             | full
      POST /api/v1/auth/passkeys                             | account                            | full
      POST /api/v1/auth/passkeys/registration                | account                            | full
      POST /api/v1/auth/passkeys/sign-in                     | public                             | full
      POST /api/v1/auth/passkeys/sign-in/verify              | public                             | full
      POST /api/v1/auth/password                             | account                            | full
      POST /api/v1/auth/refresh                              | public                             | fast
      POST /api/v1/auth/register                             | public                             | fast
      POST /api/v1/auth/reset                                | public                             | full
      POST /api/v1/auth/revoke                               | service:revoke, anonymous          | full
      POST /api/v1/webhooks                                  | admin,service:admin, factor, fresh | full
      POST /api/v1/webhooks/{id}/deliveries/{delivery}/retry | admin,service:admin, factor        | full
      POST /api/v1/webhooks/{id}/rotate-secret               | admin,service:admin, factor, fresh | full
      POST /auth/v1/admin/generate_link                      | service:admin, supabase            | full
      POST /auth/v1/admin/users                              | service:admin, supabase            | full
      POST /auth/v1/factors                                  | account, supabase                  | full
      POST /auth/v1/factors/{id: [0-9a-fA-F-]{36}}/challenge | account, before factor, supabase   | full
      POST /auth/v1/factors/{id: [0-9a-fA-F-]{36}}/verify    | account, before factor, supabase   | full
      POST /auth/v1/invite                                   | service:admin, supabase            | full
      POST /auth/v1/logout                                   | account, before factor, supabase   | fast
      POST /auth/v1/magiclink                                | public, supabase                   | full
      POST /auth/v1/otp                                      | public, supabase                   | full
      POST /auth/v1/recover                                  | public, supabase                   | full
      POST /auth/v1/resend                                   | public, supabase                   | full
      POST /auth/v1/signup                                   | public, supabase                   | fast
      POST /auth/v1/token                                    | public, supabase                   | fast
      POST /auth/v1/verify                                   | public, supabase                   | full
      POST /auth/v1/{path: .+}                               | public, supabase                   | full
      POST /oauth/token                                      | public                             | fast
      PUT /auth/v1/admin/users/{id}                          | service:admin, supabase            | full
      PUT /auth/v1/user                                      | account, supabase                  | full
      PUT /auth/v1/{path: .+}                                | public, supabase                   | full
      """;

  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  @Test
  void admitOnlyTheListedCallers() {
    Set<String> found = new TreeSet<>();
    Resources.all().forEach(type -> collect(Resource.from(type), "", found));

    assertThat(found)
        .containsExactlyElementsOf(
            ENDPOINTS.lines().map(line -> line.replaceAll(" +\\| +", " | ")).toList());
  }

  private static void collect(Resource resource, String base, Set<String> found) {
    String path = (base + "/" + resource.getPath()).replaceAll("/+", "/");
    resource
        .getResourceMethods()
        .forEach(method -> {
          Endpoint endpoint = Endpoint.of(method.getInvocable());
          found.add(
              String.join(
                  " | ",
                  method.getHttpMethod() + " " + path,
                  who(endpoint),
                  endpoint.isOnFastLane() ? "fast" : "full"));
        });
    resource.getChildResources().forEach(child -> collect(child, path, found));
  }

  private static String who(Endpoint endpoint) {
    if (endpoint.isPublic() == endpoint.isAuthenticated()) {
      return "undecided";
    }
    if (endpoint.isPublic()) {
      return "public" + (endpoint.isPage() ? ", page" : "") + form(endpoint);
    }
    String who = endpoint.roles().isEmpty() ? "account" : String.join(",", endpoint.roles());
    who += endpoint.scopes().isEmpty() ? "" : ":" + String.join(",", endpoint.scopes());
    who += endpoint.isForAnonymous() ? ", anonymous" : "";
    who += endpoint.isBeforeFactor() ? ", before factor" : "";
    Assurance assurance = endpoint.assurance();
    who += assurance != null && assurance.aal() > 1 ? ", factor" : "";
    who += assurance != null && FIVE_MINUTES.equals(assurance.maxAge()) ? ", fresh" : "";
    who += endpoint.isPage() ? ", page" : "";
    return who + (endpoint.isForAnyAudience() ? ", any audience" : "") + form(endpoint);
  }

  private static String form(Endpoint endpoint) {
    return endpoint.isSupabase() ? ", supabase" : "";
  }
}
