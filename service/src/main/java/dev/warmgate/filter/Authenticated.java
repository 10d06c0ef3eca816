package dev.warmgate.filter;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets in who brings a valid access token, on both lanes. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Authenticated {
  /** Of which the caller must have one; none means that every account may. Full lane only. */
  String[] roles() default {};
}
