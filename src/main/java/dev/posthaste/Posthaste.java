package dev.posthaste;

public final class Posthaste {
    private Posthaste() {}

    public static void main(String[] args) {}
}
