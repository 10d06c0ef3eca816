/**
 * PostgreSQL: the pools, the migrations, and how its failures are recognised. Features bring their
 * own DAOs and get them from {@code Database}.
 */
package dev.warmgate.database;
