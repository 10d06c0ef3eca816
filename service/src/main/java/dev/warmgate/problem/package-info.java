/**
 * Error responses: services throw {@code ApiException}, and every error is an RFC 9457 problem that
 * this package builds. It depends on no other package of Warmgate.
 */
package dev.warmgate.problem;
