package dev.warmgate.request;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The limit per client address of an endpoint; without it {@link Limit#OTHER} applies. With {@link
 * Limit#REFRESH} the endpoint counts its requests itself.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RateLimited {
  Limit value();
}
