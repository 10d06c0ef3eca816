/**
 * Judges docker-compose.yml, the Dockerfiles and what is mounted into the containers, without a
 * container engine: what one file says of another must be so.
 */
package dev.warmgate.containers;
