<?php

// A Laravel application around the receiver of the docs: what `laravel new` makes, but for what the receiver does not need.
// Debian's packages have no autoload of Composer's; app/ is found as that would find it.
require_once 'Illuminate/autoload.php';
spl_autoload_register(function (string $class): void {
    $file = dirname(__DIR__) . '/' . str_replace(['App\\', '\\'], ['app/', '/'], $class) . '.php';
    if (str_starts_with($class, 'App\\') && is_file($file)) {
        require $file;
    }
});

$app = new Illuminate\Foundation\Application(dirname(__DIR__));
$app->singleton(Illuminate\Contracts\Http\Kernel::class, App\Http\Kernel::class);
$app->singleton(Illuminate\Contracts\Debug\ExceptionHandler::class, Illuminate\Foundation\Exceptions\Handler::class);
$app->booted(fn () => require dirname(__DIR__) . '/routes.php');

return $app;
