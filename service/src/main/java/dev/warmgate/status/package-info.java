/** Status endpoints, which never wait for a dependency. */
package dev.warmgate.status;
