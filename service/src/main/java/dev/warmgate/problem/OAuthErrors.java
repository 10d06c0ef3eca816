package dev.warmgate.problem;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an endpoint that OAuth clients call. Its errors are the problems of all others with what
 * those clients read in them (RFC 6749 section 5.2): {@code error} and {@code error_description}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface OAuthErrors {}
