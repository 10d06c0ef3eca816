/** How often something may be tried: the rules, and the buckets they are counted in. */
package dev.warmgate.ratelimit;
