/**
 * A device of n interrupt sources with completions to reap, for machines whose real device is not
 * modelled and for experiments.
 *
 * <p>Start reading at {@link irqlab.pcie.endpoint.generic.GenericDevice}.
 */
package irqlab.pcie.endpoint.generic;
