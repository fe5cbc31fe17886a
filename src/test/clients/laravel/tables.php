<?php

use Illuminate\Contracts\Http\Kernel;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Schema;

(require __DIR__ . '/bootstrap/app.php')->make(Kernel::class)->bootstrap();
DB::statement('create schema laravel');
Schema::create('received', function (Blueprint $table): void {
    $table->string('id')->primary();
    $table->timestamp('at');
});
// Without a key, so that work that is done twice shows; the test has one refused by it.
DB::statement("create table orders (received_as text not null, body text not null check (body <> ''))");
