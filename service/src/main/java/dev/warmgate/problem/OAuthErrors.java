package dev.warmgate.problem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an endpoint that OAuth clients call. Its problems also contain the members {@code error}
 * and {@code error_description}, which these clients expect (RFC 6749 section 5.2).
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OAuthErrors {}
