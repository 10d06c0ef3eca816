package dev.warmgate.loadtest.gate;

/**
 * What processes used during one moment of a simulation; zeros where it cannot be seen, as of a
 * service elsewhere.
 *
 * @param second since the beginning of the simulation
 * @param measured whether the warm-up was over
 * @param serviceCores processor time of the service per time
 * @param hashing logins in the hashing gate, being hashed or waiting
 * @param gcMillis that the service's collector took, since the last moment
 */
public record Usage(
    double second,
    boolean measured,
    double serviceCores,
    double generatorCores,
    double residentMib,
    long threads,
    long files,
    double poolActive,
    double poolPending,
    double hashing,
    double gcMillis) {}
