package dev.warmgate.loadtest.gate.measure;

/**
 * The resources that the processes used in one interval of a simulation; 0 where that is unknown,
 * as for a service given by --url.
 *
 * @param second seconds since the beginning of the simulation
 * @param measured whether the warm-up had ended
 * @param serviceCores cores that the service used
 * @param hashing logins in the hashing gate, active or waiting
 * @param gcMillis milliseconds of garbage collection in the service during the interval
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
