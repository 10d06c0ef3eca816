/**
 * Rate limits: their configuration, the buckets that count them, and the client addresses they
 * apply to.
 */
package dev.warmgate.ratelimit;
