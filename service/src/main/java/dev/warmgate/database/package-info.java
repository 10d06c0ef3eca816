/**
 * PostgreSQL: its pools, migrations and outages. Features define their own DAOs and get them from
 * {@code Database}.
 */
package dev.warmgate.database;
