package irqlab.scenario;

import java.util.OptionalLong;

/**
 * When a run ends: at the first check time at which one of these holds.
 *
 * @param afterRaises devices have raised so many times
 * @param afterPs so long after the end of boot
 * @param whenDrained each load with an end has ended, and each of its raises has a fate
 */
public record Stop(OptionalLong afterRaises, OptionalLong afterPs, boolean whenDrained) {}
