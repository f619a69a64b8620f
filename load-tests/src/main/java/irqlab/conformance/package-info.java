/**
 * Replays what real emulators were recorded doing against the real components on a Board, and
 * compares every register and result after every step.
 *
 * <p>Start at {@link irqlab.conformance.ApicConformance}. A vector is read by {@code ApicVector},
 * the machine it runs on is {@code ApicMachine} with a {@code HarnessCore} for each CPU, {@code
 * ApicReplay} executes the steps and notes differences. Where a recording is not what the manual
 * says, {@code ManualList} has the class of vectors, the rule and the reason.
 */
package irqlab.conformance;
