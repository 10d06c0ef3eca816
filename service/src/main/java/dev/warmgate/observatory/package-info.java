/**
 * The page on the admin port that shows what the service does: {@code /observatory} for people,
 * {@code /observatory.json} for programs. Reads from every feature; nothing reads from it. The JSON
 * is the components of {@link dev.warmgate.observatory.ObservatoryReport} in snake case: fields may
 * be added, none is renamed or removed. It names endpoints, methods and DAOs, and holds nothing
 * that a client sent: no address, no token, no path that was not matched.
 */
package dev.warmgate.observatory;
