/**
 * The request context, callers, and the annotations of endpoints that the filters enforce. Every
 * package may use it; it depends on no feature, and small interfaces let features serve the
 * filters.
 */
package dev.warmgate.request;
