/**
 * What production is made of, as Debian packages it: PostgreSQL with a standby, PgBouncer, Redis
 * with TLS, Sentinels and a cluster, two builds on one database. Tests here start these processes.
 */
package dev.warmgate.loadtest.production;
