package dev.warmgate.request;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the endpoints in the form of Supabase's Auth API. They take access tokens of that form
 * only, which all other endpoints refuse, and service keys also in the header {@code apikey}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface SupabaseApi {}
