package dev.warmgate.filter;

import jakarta.ws.rs.container.ResourceInfo;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Optional;

/**
 * What a resource method says about itself; an annotation of the method stands before one of its
 * class.
 */
record Endpoint(Class<?> type, Method method) {
  static Endpoint of(ResourceInfo info) {
    return new Endpoint(info.getResourceClass(), info.getResourceMethod());
  }

  <A extends Annotation> Optional<A> find(Class<A> annotation) {
    A onMethod = method.getAnnotation(annotation);
    return Optional.ofNullable(onMethod == null ? type.getAnnotation(annotation) : onMethod);
  }

  boolean has(Class<? extends Annotation> annotation) {
    return find(annotation).isPresent();
  }
}
