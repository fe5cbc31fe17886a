package dev.posthaste.system;

/** All scenarios, in one name, so that whoever delivers has every one of them. */
interface DeliveryScenarios
        extends RequestScenarios,
                FailureScenarios,
                RetryScenarios,
                CallbackScenarios,
                SigningScenarios,
                MaskingScenarios,
                QueueScenarios {}
