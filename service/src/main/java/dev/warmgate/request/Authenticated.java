package dev.warmgate.request;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets in who brings a valid access token, or a service key where services have a role. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Authenticated {
  /** The role of those who look after the accounts of others. */
  String ADMIN = "admin";

  /** The role of whoever brings a service key; no account has it. */
  String SERVICE = "service";

  /** Of which the caller must have one; none means that every account may. Full lane only. */
  String[] roles() default {};

  /** Which of {@link Scopes} a service must have, all of them. Full lane only. */
  String[] scopes() default {};

  /**
   * How long ago the caller may have logged in at most, such as {@code 5m}; any time, if it is left
   * out. For what would stay behind if somebody did it with a stolen token, which is soon over.
   */
  String maxAge() default "";

  /**
   * Whether a token for another resource (RFC 8707) is enough: for what tells or gives away no more
   * than whoever holds that token has already.
   */
  boolean anyAudience() default false;
}
