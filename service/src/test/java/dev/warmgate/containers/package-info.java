/**
 * Checks docker-compose.yml, the Dockerfiles and the mounted files against each other without a
 * container engine.
 */
package dev.warmgate.containers;
