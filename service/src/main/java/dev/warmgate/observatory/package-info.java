/**
 * The page on the admin port that shows the state of the service: {@code /observatory} for people,
 * {@code /observatory.json} for programs. It reads from every feature, and none reads from it. The
 * JSON has the components of {@link dev.warmgate.observatory.ObservatoryReport} in snake case;
 * fields may be added, but none is renamed or removed. It names endpoints, methods and DAOs, and
 * contains nothing that a client sent: no address, no token, no unmatched path.
 */
package dev.warmgate.observatory;
