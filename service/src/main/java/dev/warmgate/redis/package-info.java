/** Redis: a shared connection with short timeouts. Only features that work without Redis use it. */
package dev.warmgate.redis;
