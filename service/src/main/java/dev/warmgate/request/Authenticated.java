package dev.warmgate.request;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Requires a valid access token, or a service key where {@link #SERVICE} is one of the roles. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Authenticated {
  /** The role of administrators. */
  String ADMIN = "admin";

  /** The role of callers with a service key; no account has it. */
  String SERVICE = "service";

  /**
   * Roles of which the caller must have at least one; if empty, every account is allowed. Full lane
   * only.
   */
  String[] roles() default {};

  /** {@link Scopes} that a service must have, all of them. Full lane only. */
  String[] scopes() default {};

  /**
   * The authenticator assurance level that the caller's session must have: 2 asks for a second
   * factor (RFC 9470).
   */
  int aal() default 1;

  /**
   * Maximum time since the caller has last proven who they are, such as {@code 5m}; unlimited if
   * empty. For changes whose effect would outlast a stolen, short-lived token.
   */
  String maxAge() default "";

  /**
   * Whether a token for another resource (RFC 8707) is accepted: only for endpoints that reveal or
   * permit nothing beyond what such a token already does.
   */
  boolean anyAudience() default false;

  /**
   * Whether a caller without a credential is admitted, too, and the endpoint decides what it may
   * do. A service key that is not valid is refused; an access token counts as no credential, since
   * it authenticates no client (RFC 6749 section 2.3).
   */
  boolean optional() default false;
}
