package dev.warmgate.request;

import io.swagger.v3.oas.annotations.media.Schema;

/** A filter and its priority. */
@Schema(name = "Slot")
public record FilterSlot(String name, int priority) {}
